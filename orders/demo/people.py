"""Invented shoppers: a name, a phone, an ID number that passes its check, an address that exists."""

import functools
import random
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from kmall.copying import Table
from kmall.demo import Mall
from kmall.encryption import blind_index, decrypt, encrypt
from orders import addresses
from orders.identity import check_character
from orders.models import Address, Identity

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "晓雨 子涵 思琪 佳怡 雅婷 梦瑶 欣然 静怡 诗涵 雨桐 嘉宁 若彤 晨曦 婉清 丽娜 敏 婷 洁 芳 燕 倩 娟 莉 璐 "
    "浩然 子轩 宇航 俊杰 志强 建华 文博 天宇 明哲 国栋 伟 磊 强 军 涛 鹏 超 斌 凯 峰 秀英 桂兰 玉梅 春燕 "
    "海燕 小红 一诺 可欣 语嫣 念慈 安琪 书瑶 乐怡 采薇 知夏"
)
_ROADS = "人民路 建设路 解放路 中山路 和平路 新华路 文化路 滨江路 学府路 长江路 幸福路 花园街 金科路"
_ESTATES = "阳光花园 绿地新里 翡翠湾 金色家园 书香苑 锦绣里 江畔名都 梧桐院 春江郡"
GIVEN, ROADS, ESTATES = _GIVEN.split(), _ROADS.split(), _ESTATES.split()
# Share of the shoppers by province, in per mille: the coast, and Chongqing where the partner is.
PROVINCES = {
    "44": 118, "32": 92, "33": 88, "31": 84, "11": 76, "50": 74, "37": 62, "51": 58, "42": 44, "41": 42,
    "35": 40, "43": 38, "34": 30, "61": 26, "21": 26, "12": 22, "13": 22, "36": 18, "45": 16, "53": 15,
    "52": 13, "22": 13, "23": 14, "14": 13, "46": 8, "62": 7, "15": 8, "65": 7, "64": 3, "63": 2, "54": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Person:
    """A shopper with everything an order copies; personal data is ciphertext already."""

    user_id: int | None
    name: str
    byline: str
    place: addresses.Place
    sealed_name: str
    sealed_phone: str
    sealed_detail: str
    sealed_number: str
    index: str


def load(mall: Mall, count: int) -> list[Person]:
    """`count` shoppers with accounts."""
    chance, people = mall.chance("people"), []
    User = get_user_model()
    serial = 0
    with Table(User, now=mall.now) as users:
        while len(people) < count:
            serial += 1
            province = chance.choices(list(PROVINCES), list(PROVINCES.values()))[0]
            person = invent(chance, province, serial)
            user_id = users.add(
                phone=f"+86{_phone(serial)}",
                phone_verified=True,
                password="!",
                name=person.name,
                language="zh-hans",
                date_joined=mall.now,
            )
            people.append(Person(**{**vars(person), "user_id": user_id}))
    return people


def invent(
    chance: random.Random, province: str, serial: int, user_id: int | None = None, name: str = ""
) -> Person:
    """A person of a province, with the name of an account that is there already."""
    name = name or chance.choice(SURNAMES) + chance.choice(GIVEN)
    number = id_number(chance, province)
    return Person(
        user_id=user_id,
        name=name,
        byline=name[0] + "**",
        place=_place(chance, province),
        sealed_name=encrypt(name),
        sealed_phone=encrypt(_phone(serial)),
        sealed_detail=encrypt(_detail(chance)),
        sealed_number=encrypt(number),
        index=blind_index(number),
    )


def keep_address(person: Person, user) -> None:
    """Put address and identity of a person into the books of an account."""
    place = {name: getattr(person.place, name) for name in vars(person.place)}
    plain = {
        name: decrypt(getattr(person, f"sealed_{name}")) for name in ("name", "phone", "detail", "number")
    }
    number = plain.pop("number")
    Address.objects.create(user=user, is_default=True, **plain, **place)
    Identity.objects.create(user=user, name=plain["name"], number=number, index=person.index)


def id_number(chance: random.Random, province: str) -> str:
    """An ID number of the right form: a district of the province, an adult's birth, the check character."""
    district = chance.choice(_districts(province))
    birth = f"{chance.randint(1965, 2004)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    body = f"{district}{birth}{chance.randrange(1000):03}"
    return body + check_character(body)


def _phone(serial: int) -> str:
    return f"1{[38, 39, 58, 86, 77, 99][serial % 6]}{serial * 7919 % 10**8:08}"


def _detail(chance: random.Random) -> str:
    if chance.random() < 0.5:
        house = f"{chance.randint(1, 399)}号{chance.randint(1, 30)}栋{chance.randint(101, 2804)}室"
        return chance.choice(ROADS) + house
    flat = f"{chance.randint(1, 33)}0{chance.randint(1, 4)}"
    return f"{chance.choice(ESTATES)}{chance.randint(1, 28)}号楼{chance.randint(1, 3)}单元{flat}"


def _place(chance: random.Random, province: str) -> addresses.Place:
    district = chance.choice(_districts(province))
    streets = list(_streets(district))
    return addresses.place_of(chance.choice(streets) if streets else district)


@functools.cache
def _districts(province: str) -> list[str]:
    return [
        district
        for city in addresses.cities(province)
        for district in addresses.districts(city)
        if len(district) == 6
    ]


@functools.cache
def _streets(district: str) -> tuple[str, ...]:
    return tuple(addresses.streets(district))
