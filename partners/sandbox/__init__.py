"""Partner malls played by servers of their own, each from its page in docs/partners/ alone.

They stand outside the project: standard library only, nothing of Kmall24 imported. `stand/` has what any of
them needs and knows no mall; a package beside it is one mall and is started with
`python -m partners.sandbox.<mall> --port … --state … --shop-url …`.
"""
