"""A mall's own category tree of two levels: [(code, name, [(leaf code, leaf name), …]), …]."""


def parents(tree):
    """{code: name} of the upper level."""
    return {code: name for code, name, _ in tree}


def leaves(tree):
    """{code: name} of the lower level, the only one that holds items."""
    return {leaf: name for _, _, below in tree for leaf, name in below}


def flat(tree):
    """(code, name, code of the parent or "") of all of it, a parent before its leaves."""
    for code, name, below in tree:
        yield code, name, ""
        yield from ((leaf, title, code) for leaf, title in below)


def as_list(tree):
    """All of it as a mall whose interface speaks JSON tells it."""
    return [
        {"code": code, "name": name, "parent": parent, "leaf": bool(parent)}
        for code, name, parent in flat(tree)
    ]


def counted(tree, counts):
    """(code, name, number, [(leaf code, leaf name, number), …]) of what holds items. `counts`: by leaf."""
    for code, name, below in tree:
        filled = [(leaf, title, counts[leaf]) for leaf, title in below if leaf in counts]
        if filled:
            yield code, name, sum(number for _, _, number in filled), filled
