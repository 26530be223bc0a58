"""All benches one after another, with the same arguments; fails if a target of any is missed."""

import subprocess
import sys

BENCHES = ("pages", "search", "checkout")


def main() -> int:
    codes = [subprocess.call([sys.executable, "-m", f"bench.{name}", *sys.argv[1:]]) for name in BENCHES]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
