"""Words that may not stand in a Chinese listing, found where they stand.

Sources: Advertising Law of the PRC art. 9(3), 17, 18; its enforcement guide (SAMR notice 6/2023), which
asks for judgement in context: hence a block list with allowed phrases, and a person who decides.
Cosmetics: CSAR art. 16, 22, 37, 43; NMPA statement of 2019-01-10 on 药妆.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from opencc import OpenCC

SUPERLATIVES = [
    "国家级",
    "世界级",
    "最高级",
    "最佳",
    "最好",
    "最强",
    "最低价",
    "最优",
    "最先进",
    "顶级",
    "顶尖",
    "极品",
    "极致",
    "终极",
    "销量第一",
    "品牌第一",
    "排名第一",
    "全国第一",
    "NO.1",
    "TOP1",
    "首选",
    "唯一",
    "独一无二",
    "史无前例",
    "绝无仅有",
    "万能",
    "100%有效",
    "永久",
    "特供",
    "专供",
    "国家机关",
    "驰名商标",
    "国家免检",
]
MEDICAL = [
    "药妆",
    "医学护肤",
    "干细胞",
    "EGF",
    "医美级",
    "刷酸换肤",
    "杀菌",
    "消炎",
    "抗敏",
    "祛疤",
    "生发",
    "丰胸",
    "瘦身",
    "减肥",
    "治疗",
    "治愈",
    "疗效",
    "处方",
    "抗癌",
    "降血糖",
    "降血压",
    "预防疾病",
    "增强免疫力",
]
SPECIAL_COSMETICS = ["染发", "烫发", "祛斑", "美白", "防晒", "防脱"]
# Phrases in which a blocked word is lawful: advice on use, official words, parts of other words.
ALLOWED = re.compile("最佳(食用|饮用|使用|赏味)|唯一(识别|编码|编号)|首选(项|语言)|非处方")
BLANKS = re.compile(r"[\s​-‏⁠﻿·・]+")


@dataclass(frozen=True)
class Hit:
    word: str
    reason: str


@functools.lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normal_form(text: str) -> str:
    """Text as the check reads it: NFKC, simplified, upper case, without blanks and zero-width signs."""
    return BLANKS.sub("", _to_simplified().convert(unicodedata.normalize("NFKC", text))).upper()


def hits(text: str) -> list[Hit]:
    """Blocked words in a Chinese text, each once, in the order of the lists."""
    cleaned = ALLOWED.sub("", normal_form(text))
    lists = (
        (SUPERLATIVES, _("superlative, Advertising Law art. 9")),
        (MEDICAL, _("medical or health claim, Advertising Law art. 17 and 18")),
        (SPECIAL_COSMETICS, _("effect that needs special-cosmetics registration, CSAR art. 16")),
    )
    return [Hit(word, str(reason)) for words, reason in lists for word in words if word in cleaned]


def traditional(text: str) -> str:
    """The characters of a text that are Traditional Chinese, each once; empty where there are none."""
    simplified = _to_simplified().convert(text)
    return "".join(dict.fromkeys(a for a, b in zip(text, simplified, strict=False) if a != b))
