"""Misbehaviour on request, each for so many calls. The operator's page and the tests set it.

A mall names its faults in a dict of kind to a line for the operator, and asks for each where it would happen.
"""


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class Rubbish(Exception):
    """Something unreadable is to be answered with 200."""


def set_fault(state, kind, count, seconds=0.0):
    """Let a fault happen to the next `count` calls, or to none any more. `seconds`: how long."""
    with state.write():
        state.do("delete from faults where kind = ?", kind)
        if count > 0:
            state.do("insert into faults values (?, ?, ?)", kind, count, seconds)


def set_by_form(state, kinds, form):
    """Set the fault of a form: `kind`, `count`, perhaps `seconds`. ValueError if it is not in `kinds`."""
    if form["kind"] not in kinds:
        raise ValueError(form["kind"])
    set_fault(state, form["kind"], int(form["count"]), float(form.get("seconds") or 0))


def use(state, kind):
    """The fault's seconds if it is to happen to this call (which uses it up by one), else None."""
    if not state.count("select count(*) from faults"):
        return None
    with state.write():
        row = state.row("select * from faults where kind = ? and left_over > 0", kind)
        if row is None:
            return None
        state.do("update faults set left_over = left_over - 1 where kind = ?", kind)
        state.do("delete from faults where left_over <= 0")
        return row["seconds"]


def left_over(state):
    """Of each fault that is still to happen, to how many calls."""
    return {row["kind"]: row["left_over"] for row in state.rows("select * from faults")}


def spoil(state):
    """After a call was done: raise `Dropped` or `Rubbish` where the fault "drop" or "rubbish" is set."""
    if use(state, "drop") is not None:
        raise Dropped
    if use(state, "rubbish") is not None:
        raise Rubbish
