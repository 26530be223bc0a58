"""An order file with bad rows: KITA reads at the desk which rows were not taken, and why."""

import pytest
from django.urls import reverse

from partners.faulty_files import FAULTS
from partners.models import FaultyFile
from tests.factories.partners import shanghai_mall
from tests.factories.people import kita_officer
from tests.partners.test_shanghai_contract import PAGE

pytestmark = pytest.mark.django_db


def row(line, column, code, text=""):
    return {"line": line, "column": column, "code": code, "text": text}


def test_kita_reads_line_column_and_reason_in_korean(client):
    faults = [
        row(3, "quantity", "BAD_VALUE", "<b>두 개"),
        row(3, "phone", "EMPTY"),
        row(9, "", "BAD_QUOTING"),
    ]
    file = FaultyFile.objects.create(
        partner=shanghai_mall(), name="orders-000012.csv", digest="0", faults=faults
    )
    client.force_login(kita_officer())
    rows = client.get(reverse("admin:partners_faultyfile_changelist")).content.decode()
    assert ("orders-000012.csv" in rows, "2행" in rows, "아직 알리지 않음" in rows) == (True, True, True)
    page = client.get(reverse("admin:partners_faultyfile_change", args=[file.pk])).content.decode()
    assert "3행 · quantity · 값을 읽을 수 없습니다. <code>&lt;b&gt;두 개</code>" in page
    assert "9행" in page


def test_every_code_of_the_contract_has_words():
    section = PAGE.partition("## 8")[2].partition("## 9")[0]
    codes = [
        line.split("`")[1] for line in section.splitlines() if line.startswith("| `") and line[3].isupper()
    ]
    assert codes == list(FAULTS)
