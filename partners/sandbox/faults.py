"""Misbehaviour on request, each for so many calls. The operator's page and the tests set it."""

FAULTS = {
    "slow": "慢：每次应答前等待若干秒",
    "error": "500：不处理，返回 INTERNAL",
    "busy": "503：不处理，返回 BUSY",
    "limited": "429：不处理，返回 RATE_LIMITED",
    "drop": "处理后断开连接，不应答",
    "rubbish": "处理后以 200 返回无法识别的内容",
    "lose": "应答 accepted，但商品丢失",
    "half": "每批商品拒收一半（REVIEW）",
    "suspended": "停用该供应商的接口权限",
}


def set_fault(state, kind, count, seconds=0.0):
    if kind not in FAULTS:
        raise ValueError(kind)
    with state.write():
        state.do("delete from faults where kind = ?", kind)
        if count > 0:
            state.do("insert into faults values (?, ?, ?)", kind, count, seconds)


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
