"""`{% load pictures %}`: `{% picture p size="card" eager=True %}` and `{% picture_url p 960 %}`."""

from django import template

from catalog.pictures import markup

register = template.Library()

register.simple_tag(markup.picture_url, name="picture_url")


@register.simple_tag
def picture(picture, size="card", sizes="", eager=False, decorative=False, alt=None):
    """`<picture>` of a `catalog.Picture`: `size` a place's name or a width, `sizes` as in HTML."""
    return markup.picture_html(picture, size=size, sizes=sizes, eager=eager, decorative=decorative, alt=alt)
