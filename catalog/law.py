"""Tax rates as they were and are in force, with their sources. Rows that staff changed are left alone."""

from decimal import Decimal

from catalog.models import TaxRate

Kind = TaxRate.Kind

TAX_RATES = [
    (Kind.SHARE, "0.7", "2016-04-08", None, "财关税〔2016〕18号"),
    (Kind.VAT_STANDARD, "0.17", "2016-04-08", "2018-04-30", "增值税暂行条例"),
    (Kind.VAT_STANDARD, "0.16", "2018-05-01", "2019-03-31", "财税〔2018〕32号"),
    (Kind.VAT_STANDARD, "0.13", "2019-04-01", None, "财政部 税务总局 海关总署公告2019年第39号"),
    (Kind.VAT_LOWER, "0.13", "2016-04-08", "2017-06-30", "增值税暂行条例"),
    (Kind.VAT_LOWER, "0.11", "2017-07-01", "2018-04-30", "财税〔2017〕37号"),
    (Kind.VAT_LOWER, "0.10", "2018-05-01", "2019-03-31", "财税〔2018〕32号"),
    (Kind.VAT_LOWER, "0.09", "2019-04-01", None, "财政部 税务总局 海关总署公告2019年第39号"),
    (Kind.CT_HIGH_END_COSMETICS, "0.30", "2016-04-08", "2016-09-30", "消费税暂行条例 (all cosmetics)"),
    (Kind.CT_HIGH_END_COSMETICS, "0.15", "2016-10-01", None, "财税〔2016〕103号"),
    (Kind.HIGH_END_PER_UNIT, "0", "2016-04-08", "2016-09-30", "消费税暂行条例 (all cosmetics)"),
    (Kind.HIGH_END_PER_PIECE, "0", "2016-04-08", "2016-09-30", "消费税暂行条例 (all cosmetics)"),
    (Kind.HIGH_END_PER_UNIT, "10", "2016-10-01", None, "财税〔2016〕103号"),
    (Kind.HIGH_END_PER_PIECE, "15", "2016-10-01", None, "财税〔2016〕103号"),
    (Kind.CT_WINE, "0.10", "2016-04-08", None, "消费税暂行条例"),
]


def enact(**_) -> None:
    """Put the rows in force that are not there yet: after every migrate."""
    TaxRate.objects.bulk_create(
        [
            TaxRate(kind=kind, value=Decimal(value), valid_from=start, valid_to=end, source=source)
            for kind, value, start, end, source in TAX_RATES
        ],
        ignore_conflicts=True,
    )
