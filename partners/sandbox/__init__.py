"""I Get Mall played by a server of its own, from docs/partners/igetmall.md alone.

It stands outside the project: standard library only, nothing of Kmall24 imported. Its state is one SQLite
file, so that it can be stopped and started like the real thing.
"""
