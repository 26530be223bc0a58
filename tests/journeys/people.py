"""What each person does in the browser, step by step."""

import re
import time

from playwright.sync_api import expect

from kmall import inbox
from tests.factories.people import PASSWORD

MOBILE = "13800138000"


def sign_in_to_the_desk(page, mall, user):
    page.goto(f"{mall}/admin/")
    page.fill("#id_username", user.email)
    page.fill("#id_password", PASSWORD)
    page.click("[type=submit]")
    page.wait_for_url(f"{mall}/admin/")


def buy_what_is_shown(page):
    """From a product page to a paid order, as a newcomer with a phone number."""
    page.click(".action-bar button.buy")
    sign_in_by_phone_code(page)
    fill_in_the_checkout(page)
    page.click("button[form=order-form], #order-form button.buy")
    page.wait_for_selector("button[value=pay]")
    page.click("button[value=pay]")
    page.wait_for_url(re.compile("/zh-hans/orders/K"))


def sign_in_by_phone_code(page):
    page.fill("#id_login", MOBILE)
    page.click("button[value=code]")
    page.wait_for_selector("#id_code")
    page.fill("#id_code", code_sent_to(f"+86{MOBILE}"))
    page.click("button.primary")


def code_sent_to(receiver):
    message = inbox.messages(receiver)[0]
    return re.search(r"\b\d{6}\b", message["subject"] + message["text"])[0]


def fill_in_the_checkout(page):
    """Address by pasting, real name and ID number, the notes accepted."""
    page.click("details.paste summary")
    page.fill("#id_pasted", f"王小明 {MOBILE} 重庆市渝中区民权路28号1203")
    page.click("button[name=fill]")
    expect(page.locator("[name=detail]")).not_to_have_value("")
    page.fill("[name=real_name]", "王小明")
    page.fill("[name=id_number]", "11010519491231002X")
    page.check("#id_accept")


def until(happens, patience=30):
    give_up_at = time.monotonic() + patience
    while not (answer := happens()):
        assert time.monotonic() < give_up_at, "it did not happen"
        time.sleep(0.2)
    return answer
