"""What a page costs in a mall of another size: the part of bench/pages.py that `--scale` asks for.

Both malls are without pictures, which are not drawn at that size, and without the cache of whole pages. Pages
are bound by the processor, which web server and database share: a request costs 1 / (requests a second).
"""

from bench import mall
from bench.load import Load, Report, take_turns
from bench.tour import tour

MOST, MOST_OF_SEARCH = 1.3, 2.0  # times the cost at 8,000 products
PRODUCTS = 8_000  # at scale 1
REDIS, SMALL_REDIS = 1, 5  # beside ours


def measure_scale(bench, scale: str) -> None:
    """The pages of a small and of a large mall in turns; `bench` is that of bench/pages.py."""
    sites = {
        "small": bench.mall("mall-small", cached=False, **mall.scaled("1", SMALL_REDIS)),
        "large": bench.mall("mall-large", cached=False, **mall.scaled(scale, REDIS)),
    }
    pages = {size: tour(site) for size, site in sites.items()}
    for name in pages["small"]:
        urls = {size: site + pages[size][name] for size, site in sites.items()}
        show(bench.report, name, float(scale), take_turns(urls, **bench.pace))


def show(report: Report, name: str, scale: float, loads: dict[str, Load]) -> None:
    small, large = (1000 / max(loads[size].rps, 0.1) for size in ("small", "large"))
    sizes = {f"ms at {PRODUCTS:,}": small, f"ms at {int(PRODUCTS * scale):,}": large}
    ratio = loads["small"].over(loads["large"])
    report.add(f"{name}, miss by size", **sizes, ratio=ratio)
    bound = MOST_OF_SEARCH if name == "search" else MOST
    report.target(f"{name}-cost-by-size", ratio, "<=", bound)
    failed = sum(load.failed for load in loads.values())
    if failed:
        report.target(f"{name}-by-size-failed", failed, "<=", 0)
