"""What I Get Mall can be made to do wrong, as the operator reads it."""

from partners.sandbox.stand import daybook, orderbook

FAULTS = {
    "slow": "慢：每次应答前等待若干秒",
    "error": "500：不处理，返回 INTERNAL",
    "busy": "503：不处理，返回 BUSY",
    "limited": "429：不处理，返回 RATE_LIMITED",
    "drop": "处理后断开连接，不应答",
    "rubbish": "处理后以 200 返回无法识别的内容",
    "lose": "应答 accepted，但商品丢失",
    "half": "每批商品拒收一半（REVIEW）",
    "skew": "时钟偏差：按相差若干秒的时钟校验签名",
    **orderbook.FAULTS,
    **daybook.FAULTS,
    "suspended": "停用该供应商的接口权限",
}
