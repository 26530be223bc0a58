"""The feed of a mall that pulls: `write` keeps states, `build` makes bytes of them, `read` serves these.

docs/partners/shanghai.md says what the mall may rely on.
"""
