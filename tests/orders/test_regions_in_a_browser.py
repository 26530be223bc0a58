"""Province, city, district and street in a browser: whatever is chosen counts, how fast or slow the line is."""

import pytest
from playwright.sync_api import expect

from tests.browser import sign_in
from tests.factories.orders import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
CHOOSE_AT_ONCE = """() => new MutationObserver(() => {
  const city = document.querySelector("[name=city_code]:not([disabled])");
  if (!city || city.value) return;
  city.value = "5001";
  city.dispatchEvent(new Event("change", {bubbles: true}));
}).observe(document.querySelector("#address-fields"), {childList: true, subtree: true})"""


@pytest.fixture
def form(phone, live_mall):
    """The page of a new address."""
    sign_in(phone, live_mall, UserFactory())
    phone.goto(f"{live_mall}/zh-hans/addresses/new/")
    return phone


def test_a_choice_made_as_soon_as_it_can_be_counts(form):
    form.evaluate(CHOOSE_AT_ONCE)
    form.select_option("[name=province_code]", "50")
    form.locator("[name=district_code] option[value='500103']").wait_for(state="attached")


def test_who_thinks_better_of_it_on_a_slow_line_gets_the_later_choice(form):
    held = []
    form.route("**/regions/**", lambda route: route.fallback() if held else held.append(route))
    form.select_option("[name=province_code]", "11")
    form.wait_for_function("() => document.querySelector('.htmx-request')")
    form.select_option("[name=province_code]", "50")
    for route in held:
        route.continue_()
    form.locator("[name=city_code] option[value='5001']").wait_for(state="attached")
    expect(form.locator("[name=province_code]")).to_have_value("50")
