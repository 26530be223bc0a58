"""People who buy at a mall: invented, with addresses that exist and ID numbers that check."""

import datetime

SURNAMES, NAMES = "王李张刘陈杨赵黄周吴", ("小明", "丽", "建国", "婷婷", "伟", "思远", "佳怡", "浩然")


def shopper(dice, addresses):
    """{"buyer", "address"} of somebody, drawn by `dice` (a `random.Random`).

    `addresses`: tuples of province, city, district, street, region code of GB/T 2260, detail, postcode.
    """
    province, city, district, street, code, detail, postcode = dice.choice(addresses)
    name = dice.choice(SURNAMES) + dice.choice(NAMES)
    phone = f"138{dice.randrange(10**8):08d}"
    address = {
        "name": name,
        "phone": phone,
        "province": province,
        "city": city,
        "district": district,
        "street": street,
        "region_code": code,
        "detail": detail,
        "postcode": postcode,
    }
    return {"buyer": {"name": name, "id_number": id_number(dice, code), "phone": phone}, "address": address}


def id_number(dice, region):
    """GB 11643: region, birth date, sequence, check digit by ISO 7064 MOD 11-2."""
    born = datetime.date(1970, 1, 1) + datetime.timedelta(days=dice.randrange(12000))
    digits = f"{region}{born:%Y%m%d}{dice.randrange(1, 1000):03d}"
    rest = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(digits)) % 11
    return digits + "10X98765432"[rest]
