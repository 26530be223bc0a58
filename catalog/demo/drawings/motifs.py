"""Small emblems for packs, each in a box of 40 × 40, and which word asks for which."""

import random

# `{c}` the emblem's colour, `{h}` what shines through it.
MOTIFS = {
    "drop": '<path d="M20 3c9 12 13 18 13 24a13 11 0 0 1-26 0c0-6 4-12 13-24Z" fill="{c}"/>'
    '<path d="M14 27a7 7 0 0 0 6 6" stroke="{h}" stroke-width="2.4" fill="none" stroke-linecap="round"/>',
    "leaf": '<path d="M6 34C4 14 16 5 36 5c1 20-9 31-30 29Z" fill="{c}"/>'
    '<path d="M6 35C14 22 22 15 30 11M15 24h9M20 18l1-7" stroke="{h}" stroke-width="1.8" fill="none"/>',
    "flower": '<g fill="{c}"><circle cx="20" cy="10" r="7.500"/><circle cx="29.500" cy="17" r="7.500"/>'
    '<circle cx="26" cy="28" r="7.500"/><circle cx="14" cy="28" r="7.500"/>'
    '<circle cx="10.500" cy="17" r="7.500"/></g><circle cx="20" cy="20" r="5" fill="{h}"/>',
    "lotus": '<path d="M20 6c6 6 8 14 0 25c-8-11-6-19 0-25Z" fill="{c}"/>'
    '<path d="M7 13c8 1 12 8 12 19C9 30 5 22 7 13ZM33 13c-8 1-12 8-12 19c10-2 14-10 12-19Z" fill="{c}" '
    'fill-opacity=".72"/><path d="M8 35h24" stroke="{c}" stroke-width="2"/>',
    "citrus": '<circle cx="20" cy="20" r="17" fill="{c}"/><circle cx="20" cy="20" r="12.500" fill="none" '
    'stroke="{h}" stroke-width="1.800"/><path d="M20 8v24M8 20h24M11.500 11.500l17 17M28.500 11.500l-17 17" '
    'stroke="{h}" stroke-width="1.500"/>',
    "rice": '<path d="M20 37V12" stroke="{c}" stroke-width="2" fill="none"/><g fill="{c}">'
    '<ellipse cx="20" cy="8" rx="3.200" ry="6"/><ellipse cx="13" cy="14" rx="3" ry="6" transform="rotate(-28 13 14)"/>'
    '<ellipse cx="27" cy="14" rx="3" ry="6" transform="rotate(28 27 14)"/>'
    '<ellipse cx="12.500" cy="24" rx="3" ry="6" transform="rotate(-32 12 24)"/>'
    '<ellipse cx="27.500" cy="24" rx="3" ry="6" transform="rotate(32 28 24)"/></g>',
    "ginseng": '<path d="M20 12c7 1 8 6 5 11c-1 3 0 5 2 9l-4-4l-1 9l-3-9l-5 7l2-9c-3-4-5-12 4-14Z" fill="{c}"/>'
    '<g fill="none" stroke="{c}" stroke-width="1.500" stroke-linecap="round"><path d="M26 22q5 2 8 8M14 22q-5 2-7 8'
    'M20 12V5"/></g><g fill="{c}"><ellipse cx="13" cy="6" rx="6" ry="2.500" transform="rotate(-24 13 6)"/>'
    '<ellipse cx="27" cy="6" rx="6" ry="2.500" transform="rotate(24 27 6)"/><circle cx="20" cy="3" r="2.400"/></g>',
    "chilli": '<path d="M29 9C31 24 22 36 6 36c9-4 13-12 13-24c3-4 7-5 10-3Z" fill="{c}"/>'
    '<path d="M24 8c0-3 2-5 6-5" stroke="{c}" stroke-width="2.600" fill="none" stroke-linecap="round"/>'
    '<path d="M24 14c0 7-3 13-8 17" stroke="{h}" stroke-width="1.600" fill="none" stroke-linecap="round"/>',
    "mountain": '<circle cx="29" cy="10" r="5.500" fill="{c}" fill-opacity=".7"/>'
    '<path d="M1 34c5-14 9-20 13-20s6 6 9 11c2-3 4-5 6-5c4 0 7 7 10 14Z" fill="{c}"/>',
    "wave": '<g fill="none" stroke="{c}" stroke-width="2.600" stroke-linecap="round">'
    '<path d="M3 14q6-8 12 0t12 0t10 0M3 22q6-8 12 0t12 0t10 0M3 30q6-8 12 0t12 0t10 0"/></g>',
    "moon": '<circle cx="20" cy="20" r="16" fill="{c}"/><circle cx="26" cy="16" r="12" fill="{h}"/>',
    "sun": '<circle cx="20" cy="20" r="9" fill="{c}"/><g stroke="{c}" stroke-width="2.600" '
    'stroke-linecap="round"><path d="M20 3v4M20 33v4M3 20h4M33 20h4M8 8l3 3M29 29l3 3M32 8l-3 3M8 32l3-3"/></g>',
    "star": '<path d="M20 3l5 11 12 1.500-9 8 2.500 12L20 29.500 9.500 35.500l2.500-12-9-8L15 14Z" fill="{c}"/>',
    "heart": '<path d="M20 35C4 24 3 16 5 11c3-7 12-7 15 0c3-7 12-7 15 0c2 5 1 13-15 24Z" fill="{c}"/>',
    "bamboo": '<g fill="{c}"><rect x="14" y="2" width="6" height="11" rx="1"/><rect x="14" y="14.500" width="6" '
    'height="11" rx="1"/><rect x="14" y="27" width="6" height="11" rx="1"/>'
    '<path d="M20 15c4-7 10-8 15-6c-2 6-8 8-15 6ZM20 27c5-5 10-5 14-2c-4 5-9 5-14 2Z"/></g>',
    "pine": '<path d="M20 2l9 12h-5l8 10h-8l4 8H12l4-8H8l8-10h-5Z" fill="{c}"/><path d="M18 32h4v6h-4Z" fill="{c}"/>',
    "cloud": '<path d="M10 31a8 8 0 0 1 0-16a11 11 0 0 1 21-1a8.500 8.500 0 0 1-1 17Z" fill="{c}"/>',
    "patch": '<path d="M3 3h19v13H3Z" fill="{c}"/><path d="M24 3h13v20H24Z" fill="{c}" fill-opacity=".55"/>'
    '<path d="M3 18h10v19H3Z" fill="{c}" fill-opacity=".7"/><path d="M15 18h7v5h-7ZM15 25h22v12H15Z" fill="{c}"/>',
    "taegeuk": '<circle cx="20" cy="20" r="16" fill="{c}" fill-opacity=".35"/>'
    '<path d="M20 4a8 8 0 0 1 0 16a8 8 0 0 0 0 16a16 16 0 0 1 0-32Z" fill="{c}"/>',
    "bear": '<g fill="{c}"><circle cx="9" cy="11" r="6"/><circle cx="31" cy="11" r="6"/>'
    '<ellipse cx="20" cy="22" rx="16" ry="14"/></g><g fill="{h}"><circle cx="14" cy="20" r="2"/>'
    '<circle cx="26" cy="20" r="2"/><ellipse cx="20" cy="27" rx="5" ry="3.600"/></g>',
    "cat": '<path d="M5 5l9 6h12l9-6v19c0 8-7 12-15 12S5 32 5 24Z" fill="{c}"/><g fill="{h}">'
    '<circle cx="14" cy="22" r="2.200"/><circle cx="26" cy="22" r="2.200"/><path d="M17.500 27h5L20 30Z"/></g>',
    "berry": '<g fill="{c}"><circle cx="14" cy="26" r="9"/><circle cx="27" cy="28" r="8"/></g>'
    '<path d="M14 18C15 10 19 6 26 3c1 8-2 12-6 14c4 1 7 4 7 8" stroke="{c}" stroke-width="2" fill="none"/>',
    "fish": '<path d="M3 20c8-12 20-12 27-2l7-6v16l-7-6C23 32 11 30 3 20Z" fill="{c}"/>'
    '<circle cx="11" cy="18" r="2" fill="{h}"/>',
    "bean": '<path d="M10 6c8-5 14 1 13 8s8 6 10 13-6 12-14 8S2 12 10 6Z" fill="{c}"/>'
    '<path d="M11 11c2 8 7 15 15 20" stroke="{h}" stroke-width="1.800" fill="none" stroke-linecap="round"/>',
    "magpie": '<path d="M4 24c6-11 14-14 22-11l9-3-5 7c0 9-8 14-18 12l-9 7Z" fill="{c}"/>'
    '<circle cx="27" cy="16" r="1.800" fill="{h}"/><path d="M14 20c4 5 9 5 13 1c-2 6-8 7-13-1Z" fill="{h}"/>',
}

# Korean, Chinese or Latin word in the product's words → emblem.
ASKED = [
    ("홍삼 인삼 산삼 红参 人参 ginseng", "ginseng"),
    ("유자 감귤 귤 레몬 한라봉 柚 柑 橘 柠 비타민 vita", "citrus"),
    ("쌀 현미 누룽지 미강 죽 떡 米 rice", "rice"),
    ("매운 불닭 고추 김치 떡볶이 얼큰 辣 泡菜 kimchi", "chilli"),
    ("병풀 티트리 어성초 쑥 녹차 허브 积雪草 茶 艾 cica tea", "leaf"),
    ("연꽃 莲 lotus", "lotus"),
    ("동백 벚꽃 장미 국화 매화 꽃 花 rose flower", "flower"),
    ("대나무 竹", "bamboo"),
    ("소나무 솔 편백 松 柏", "pine"),
    ("바다 해양 미역 다시마 심층수 海", "wave"),
    ("멸치 어묵 새우 오징어 김 鱼 虾", "fish"),
    ("콩 된장 간장 두유 커피 豆 酱 咖啡", "bean"),
    ("복분자 오미자 딸기 석류 베리 莓 石榴 berry", "berry"),
    ("아기 유아 베이비 婴 宝宝 baby", "bear"),
    ("고양이 강아지 猫 狗", "cat"),
    ("수분 히알 물 보습 水 保湿 玻尿酸 aqua water", "drop"),
    ("선크림 선케어 선스틱 자외선 防晒 sun", "sun"),
    ("나이트 달빛 여름달 夜 月 night", "moon"),
    ("태극 한글 전통 韩 传统", "taegeuk"),
    ("조각보 보자기 拼布", "patch"),
]
ANY = [
    "drop",
    "leaf",
    "flower",
    "lotus",
    "mountain",
    "wave",
    "moon",
    "sun",
    "pine",
    "cloud",
    "patch",
    "magpie",
]


def pick(text: str, seed: int) -> str:
    """Name of the emblem that the words ask for, else one of the quiet ones by seed."""
    for asked, name in ASKED:
        if any(word in text for word in asked.split()):
            return name
    return random.Random(f"motif:{seed}").choice(ANY)


def motif(name: str, *, x: float, y: float, size: float, fill: str, hole: str, turn: float = 0) -> str:
    """The emblem with its centre at x, y."""
    body = MOTIFS[name].replace("{c}", fill).replace("{h}", hole)
    turned = f" rotate({turn:g} 20 20)" if turn else ""
    return f'<g transform="translate({x - size / 2:g} {y - size / 2:g}) scale({size / 40:.4g}){turned}">{body}</g>'
