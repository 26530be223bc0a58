from modeltranslation.translator import TranslationOptions, register

from orders.models import Channel


@register(Channel)
class ChannelTexts(TranslationOptions):
    fields = ("name",)
