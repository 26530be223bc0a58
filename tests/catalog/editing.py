"""The product editor as a browser holds it."""

from django.urls import reverse


def url(name, product):
    return reverse(f"admin:catalog_product_{name}", args=[product.pk])


def form_of(client, product) -> dict:
    """The editor's fields as a browser holds them."""
    context = client.get(url("change", product)).context
    post = {"made_from": context["made_from"]} if "made_from" in context else {}
    for form in (context["form"], context["attributes"], *context["skus"].forms):
        for field in form:
            value = field.value()
            if value is False or value is None:
                continue
            post[field.html_name] = "on" if value is True else value
    for field in context["skus"].management_form:
        post[field.html_name] = field.value()
    return post
