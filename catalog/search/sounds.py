"""How a word sounds, and its initials: what somebody types who does not type the characters.

Chinese: pinyin without tones and first letters (面膜: mianmo, mm). Korean: its letters one by one, as the
keyboard gives them, and first consonants (마스크: ㅁㅏㅅㅡㅋㅡ, ㅁㅅㅋ). Latin words sound as they are.
"""

from pypinyin import Style, lazy_pinyin

_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]


def sound(word: str) -> str:
    """Of a normalised word."""
    word = word.replace(" ", "")
    return "".join(lazy_pinyin(word)) if _is_han(word[0]) else letters(word)


def initials(word: str) -> str:
    """Empty for a Latin word, which has none to type."""
    if _is_han(word[0]):
        return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER))
    if _is_syllable(word[0]):
        return "".join(_FIRST[(ord(char) - 0xAC00) // 588] for char in word if _is_syllable(char))
    return ""


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
