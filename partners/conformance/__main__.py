"""`python -m partners.conformance CONTRACT …`; see the package."""

import argparse
import importlib
import sys

from partners.conformance.checks import run
from partners.conformance.options import address, day, file, perhaps, port
from partners.conformance.page import SIGNS, WORDS, counted, page

# Name on the command line -> module with CONTRACT, OPTIONS, CHECKS, `server(chosen)`, DAY where one is named.
CONTRACTS = {
    "igetmall": "partners.conformance.igetmall.mall",
    "igetmall-notices": "partners.conformance.igetmall.supplier",
    "ningbo": "partners.conformance.ningbo.mall",
    "shanghai": "partners.conformance.shanghai.mall",
    "shanghai-feed": "partners.conformance.shanghai.supplier",
}


def main() -> int:
    modules = {name: importlib.import_module(module) for name, module in CONTRACTS.items()}
    chosen = options(modules).parse_args()
    contract = modules[chosen.contract]
    checks = [
        one for one in contract.CHECKS if one.is_always or one.section in (chosen.section or [one.section])
    ]
    findings, stopped = run(checks, contract.server(chosen), say)
    if stopped:
        sys.stdout.write(f"{SIGNS['differs']} {stopped.zh} · {stopped.said}\n")
    if chosen.page:
        text = page(contract.CONTRACT, chosen.base_url, findings, stopped)
        chosen.page.write_text(text, encoding="utf-8")
    count = counted(findings)
    sys.stdout.write("，".join(f"{WORDS[state][0]} {number} 项" for state, number in count.items()) + "\n")
    return 1 if stopped or count["differs"] else 0


def options(modules: dict) -> argparse.ArgumentParser:
    """The command line: what all contracts need, and what one of them needs besides."""
    parser = argparse.ArgumentParser(
        prog="python -m partners.conformance", description="Whether a server keeps a contract."
    )
    contracts = parser.add_subparsers(dest="contract", required=True, metavar="CONTRACT")
    for name, module in modules.items():
        one = contracts.add_parser(name, help=module.CONTRACT, description=module.CONTRACT)
        one.add_argument("--base-url", required=True, type=address, help="of the server that is asked")
        one.add_argument("--key", required=True, help="names the supplier")
        one.add_argument("--secret", required=True)
        one.add_argument("--section", action="append", choices=sections(module), help="ask only this one")
        one.add_argument("--page", type=file, help="where the red and green page is written")
        kinds = {"shop-url": address, "feed": port, "day": day(getattr(module, "DAY", ""))}
        for option, (preset, says) in module.OPTIONS.items():
            kind = perhaps(kinds.get(option, str))
            one.add_argument(f"--{option}", default=preset, required=preset is None, type=kind, help=says)
    return parser


def sections(contract) -> list[str]:
    return sorted({check.section for check in contract.CHECKS}, key=int)


def say(finding) -> None:
    line = f"{SIGNS[finding.state]} {finding.check.section}: {finding.check.zh}"
    sys.stdout.write(f"{line} · {finding.said}\n" if finding.said else f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
