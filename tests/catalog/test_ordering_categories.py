"""KITA puts the categories of one parent in order."""

import pytest
from django.urls import reverse

from tests.factories.catalog import CategoryFactory
from tests.factories.people import kita_officer

pytestmark = pytest.mark.django_db


def test_a_position_that_a_sister_has_is_told_at_the_field(client):
    parent = CategoryFactory()
    first, second = (CategoryFactory(parent=parent, position=place) for place in (71, 72))
    client.force_login(kita_officer())
    address = reverse("admin:catalog_category_change", args=[second.pk])
    form = client.get(address).context["adminform"].form
    post = {name: form[name].value() or "" for name in form.fields} | {"position": 71}
    post |= {f"categoryattribute_set-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    page = client.post(address, post)
    assert page.context["adminform"].form.errors == {
        "position": [
            f"같은 상위 분류의 “{first.name_ko}” 분류가 이미 이 순서입니다. 다른 순서를 적어 주세요."
        ]
    }
    client.post(address, post | {"position": 73})
    second.refresh_from_db()
    assert second.position == 73
