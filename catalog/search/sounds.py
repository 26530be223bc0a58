"""How a word sounds, and its initials: what somebody types who does not type the characters.

Chinese: pinyin without tones and first letters (面膜: mianmo, mm). Korean: its letters one by one, as the
keyboard gives them, and first consonants (마스크: ㅁㅏㅅㅡㅋㅡ, ㅁㅅㅋ). Latin words sound as they are.
"""

from functools import cache

_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]


def sound(word: str) -> str:
    """Of a normalised word."""
    word = word.replace(" ", "")
    return _pinyin()(word) if _is_han(word[0]) else letters(word)


def initials(word: str) -> str:
    """Empty for a Latin word, which has none to type."""
    if _is_han(word[0]):
        return _pinyin(first_letters=True)(word)
    if _is_syllable(word[0]):
        return "".join(_FIRST[(ord(char) - 0xAC00) // 588] for char in word if _is_syllable(char))
    return ""


@cache
def _pinyin(*, first_letters: bool = False):
    from pypinyin import Style, lazy_pinyin  # slow: 50,000 readings, which most processes never need

    style = Style.FIRST_LETTER if first_letters else Style.NORMAL
    return lambda word: "".join(lazy_pinyin(word, style=style))


def letters(text: str) -> str:
    """Korean syllables taken apart into keyboard letters; anything else as it is."""
    return "".join(_letters(char) for char in text)


def _letters(char: str) -> str:
    if not _is_syllable(char):
        return char
    number = ord(char) - 0xAC00
    return _FIRST[number // 588] + _MIDDLE[number % 588 // 28] + _LAST[number % 28]


def _is_syllable(char: str) -> bool:
    return "가" <= char <= "힣"


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or char >= "\U00020000"
