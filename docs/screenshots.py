"""Take the two pictures of README from the running mall: make run, then make screenshots."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SITE = os.environ.get("SITE_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
PICTURES = Path(__file__).resolve().parent / "pictures"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}
DESK = {"viewport": {"width": 1280, "height": 844}, "locale": "ko-KR"}


def main():
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not program:
        sys.exit("No Chromium on the PATH: sudo apt-get install chromium fonts-noto-cjk")
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(chromium, PHONE, "/zh-hans/", "home-zh-390.jpg")
        take(chromium, DESK, "/admin/orders/order/sales/", "report-ko-1280.jpg", login="kita@kmall24.test")
        chromium.close()


def take(chromium, options, address, name, *, login=None):
    page = chromium.new_context(**options).new_page()
    if login:
        page.goto(f"{SITE}/admin/login/")
        page.fill("input[name=username]", login)
        page.fill("input[name=password]", "kmall24-demo")
        page.press("input[name=password]", "Enter")
        page.wait_for_load_state("networkidle")
    answer = page.goto(SITE + address, wait_until="networkidle")
    if not answer.ok:
        sys.exit(f"{SITE}{address} answered {answer.status}: is the mall running?")
    page.screenshot(path=PICTURES / name, type="jpeg", quality=82)


main()
