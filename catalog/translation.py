"""Which texts exist in Korean and in Chinese."""

from modeltranslation.translator import TranslationOptions, register

from catalog import models


@register(models.Seller)
class SellerTexts(TranslationOptions):
    fields = ("name", "town", "story", "quote", "quote_by")


@register([models.Category, models.Attribute, models.HsCode])
class NameTexts(TranslationOptions):
    fields = ("name",)


@register(models.AttributeOption)
class AttributeOptionTexts(TranslationOptions):
    fields = ("label",)


@register(models.ProductAttribute)
class ProductAttributeTexts(TranslationOptions):
    fields = ("text",)


@register(models.Product)
class ProductTexts(TranslationOptions):
    fields = ("name", "brand", "description")


@register(models.Sku)
class SkuTexts(TranslationOptions):
    fields = ("label",)


@register(models.SalePrice)
class SalePriceTexts(TranslationOptions):
    fields = ("label",)


@register(models.Picture)
class PictureTexts(TranslationOptions):
    fields = ("alt",)


@register(models.Collection)
class CollectionTexts(TranslationOptions):
    fields = ("title",)
