"""`python -m partners.conformance CONTRACT …`; see the package."""

import argparse
import importlib
import pathlib
import sys

from partners.conformance.checks import run
from partners.conformance.page import SIGNS, page

CONTRACTS = {  # name on the command line -> module with CHECKS and `server(chosen)`
    "igetmall": "partners.conformance.igetmall.mall",
    "igetmall-notices": "partners.conformance.igetmall.supplier",
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m partners.conformance", description="Whether a server keeps a contract."
    )
    parser.add_argument("contract", choices=CONTRACTS)
    parser.add_argument("--base-url", required=True, help="of the server that is asked")
    parser.add_argument("--key", required=True, help="names the supplier")
    parser.add_argument("--secret", required=True)
    parser.add_argument(
        "--shop-url", default="https://kmall24.example", help="the supplier's registered address"
    )
    parser.add_argument(
        "--order", default="", help="a paid order of the mall that may be confirmed and refunded"
    )
    parser.add_argument("--page", type=pathlib.Path, help="where the red and green page is written")
    chosen = parser.parse_args()
    contract = importlib.import_module(CONTRACTS[chosen.contract])
    findings = run(contract.CHECKS, contract.server(chosen), say)
    if chosen.page:
        chosen.page.write_text(page(contract.CONTRACT, chosen.base_url, findings), encoding="utf-8")
    differing = [finding for finding in findings if finding.state == "differs"]
    sys.stdout.write(f"{len(findings)} asked, {len(differing)} differ\n")
    return 1 if differing else 0


def say(finding) -> None:
    line = f"{SIGNS[finding.state]} {finding.check.section}: {finding.check.zh}"
    sys.stdout.write(f"{line} · {finding.said}\n" if finding.said else f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
