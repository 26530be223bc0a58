"""All benches one after another; fails if a target of any is missed: `python -m bench`, or `make bench`."""

import argparse
import subprocess
import sys
from pathlib import Path

BENCHES = {
    "pages": ["--no-oscar"],
    "search": [],
    "checkout": ["--no-oscar"],
    "sync": [],
}  # and what they are told without oscar


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", metavar="FOLDER", help="keep the figures of each bench there")
    parser.add_argument("--quick", action="store_true", help="short rounds")
    parser.add_argument("--no-oscar", action="store_true", help="without django-oscar, which pip installs")
    chosen = parser.parse_args()
    codes = []
    for name, extras in BENCHES.items():
        command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if chosen.quick else [])]
        command += extras if chosen.no_oscar else []
        command += ["--json", str(Path(chosen.json) / f"{name}.json")] if chosen.json else []
        codes.append(subprocess.call(command))
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
