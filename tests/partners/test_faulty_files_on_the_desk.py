"""An order file with bad rows: KITA reads at the desk which rows were not taken, and why."""

import pytest
from django.urls import reverse

from partners import inbound
from partners.connectors.shanghai import orders
from partners.faulty_files import FAULTS
from partners.models import FaultyFile, PartnerOrder
from tests.factories.partners import shanghai_mall
from tests.factories.people import kita_officer
from tests.partners.test_shanghai_contract import PAGE
from tests.partners.test_shanghai_order_files import ROW, file, read
from tests.partners.test_shanghai_request_files import DAY, day

pytestmark = pytest.mark.django_db
PERSON, NOBODY = "500103199003077657", "500103199003077658"


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


def test_an_id_number_in_a_column_of_numbers_is_kept_nowhere_in_plain(pujiang, shanghai, client):
    """Neither is it told to the mall; what is hidden says that it is, and the other orders are taken."""
    rows = [
        ROW | {"order_id": PERSON},
        ROW | {"order_id": "PJ2", "out_sku_id": PERSON},
        ROW | {"order_id": "PJ3", "phone": "138"},
        ROW | {"order_id": "PJ4"},
    ]
    pujiang.operate("/operator/files/", text=file(*rows).decode("utf-8-sig"), kind="orders")
    inbound.pull(shanghai)
    faults = FaultyFile.objects.get().faults
    assert [(fault["column"], fault["text"], fault["is_hidden"]) for fault in faults] == [
        ("order_id", "", True), ("out_sku_id", "", True), ("phone", "", True),
    ]  # fmt: skip
    assert set(PartnerOrder.objects.values_list("remote_id", flat=True)) == {"PJ2", "PJ3", "PJ4"}
    assert PERSON not in str(pujiang.state()["faulty"])
    client.force_login(kita_officer())
    client.cookies["desk_language"] = "en"
    url = reverse("admin:partners_faultyfile_change", args=[FaultyFile.objects.get().pk])
    page = client.get(url).content.decode()
    assert page.count("not shown: it may be about a person") == 3


def test_a_number_that_is_nobodys_is_an_orders():
    """Of the same length, with another check character."""
    assert orders.ID(NOBODY) == NOBODY
    assert read(file(ROW | {"order_id": NOBODY})).faults == []


def test_an_id_number_in_a_statement_is_hidden(pujiang, shanghai):
    page = day(DAY[0] | {"order_id": PERSON}, *DAY[1:])
    (fault,) = page.bad[0].faults
    assert (fault.column, fault.code, fault.text, fault.is_hidden) == ("order_id", "BAD_VALUE", "", True)


def test_every_code_of_the_contract_has_words():
    section = PAGE.partition("## 8")[2].partition("## 9")[0]
    codes = [
        line.split("`")[1] for line in section.splitlines() if line.startswith("| `") and line[3].isupper()
    ]
    assert codes == list(FAULTS)
