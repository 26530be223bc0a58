from modeltranslation.translator import TranslationOptions, register

from partners.models import Display, Market, PartnerMall

BOTH = ("ko", "zh-hans")  # asked for at the desk


@register(PartnerMall)
class PartnerMallTexts(TranslationOptions):
    fields = ("name",)


@register(Market)
class MarketTexts(TranslationOptions):
    fields = ("name", "place")
    required_languages = BOTH


@register(Display)
class DisplayTexts(TranslationOptions):
    fields = ("name",)
    required_languages = BOTH
