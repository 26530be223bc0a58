"""What Yonggou can be made to do wrong, as the operator reads it."""

from partners.sandbox.stand import daybook, orderbook

FAULTS = {
    "slow": "慢：每次应答前等待若干秒",
    "error": "502：不处理，返回网关错误页",
    "busy": "2002：不处理，系统维护",
    "limited": "2001：队列已满，请若干秒后再来",
    "drop": "处理后断开连接，不应答",
    "rubbish": "处理后以 200 返回无法识别的内容",
    "skew": "本商城时钟偏移若干秒",
    "suspended": "停用该供应商的接口权限",
    "mute": "收下报文但不处理，也不出回执",
    "unheard": "处理报文，但回执丢失",
    "late": "该报文晚若干秒处理（乱序）",
    "lose": "回执为 applied，但商品丢失",
    "vanish": "商品丢失，回执中也没有",
    "half": "每个报文拒收一半（4120）",
    "twice": "回执逆序，且每个出现两次",
    **orderbook.FAULTS,
    **daybook.FAULTS,
}
OF_A_MESSAGE = ("mute", "unheard", "lose", "vanish", "half")  # those that a message of goods carries with it
