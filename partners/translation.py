from modeltranslation.translator import TranslationOptions, register

from partners.models import Display, Market, PartnerMall


@register(PartnerMall)
class PartnerMallTexts(TranslationOptions):
    fields = ("name",)


@register(Market)
class MarketTexts(TranslationOptions):
    fields = ("name", "place")


@register(Display)
class DisplayTexts(TranslationOptions):
    fields = ("name",)
