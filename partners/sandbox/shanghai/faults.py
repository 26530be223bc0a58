"""What Pujiang Select can be made to do wrong, as the operator reads it."""

from partners.sandbox.stand import daybook, orderbook

FAULTS = {
    "slow": "慢：每次应答前等待若干秒",
    "error": "500：不处理，返回 INTERNAL",
    "busy": "503：不处理，返回 BUSY",
    "limited": "429：不处理，返回 RATE_LIMITED",
    "drop": "处理后断开连接，不应答",
    "rubbish": "处理后以 200 返回无法识别的内容",
    "suspended": "停用该供应商的接口权限",
    "lose": "拉取到的商品悄悄丢失（按件）",
    "review": "人工审核不通过（按件，REVIEW）",
    "half": "每次拉取的商品拒收一半（REVIEW）",
    "skip": "丢失增量位置：下次必须拉取全量",
    "damage": "收到的分片被缓存改坏一个字节",
    "clock": "时钟快 11 分钟：签名时间戳过期",
    "skew": "应答时本商城时钟偏移若干秒",
    "away": "不拉取：读取任务停摆（按次）",
    "statement-garbled": "对账单：第一行实付写成无法识别的数字",
    **orderbook.FAULTS,
    **daybook.FAULTS,
}
