"""Geometry of the report's chart: flat stacks, four grid lines, labels on the two highest bars."""

from dataclasses import dataclass

WIDTH, HEIGHT = 640, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 24, 28
LINES = 4


@dataclass(frozen=True)
class Bar:
    """One rectangle in user units; `series` picks its colour class."""

    x: int
    y: int
    width: int
    height: int
    series: int
    title: str
    url: str


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    grid: list[tuple[int, str]]  # y, label
    labels: list[tuple[int, str]]  # x, label below
    peaks: list[tuple[int, int, str]]  # x, y, label above
    width: int = WIDTH
    height: int = HEIGHT


def stacked(columns, *, step_label, peak_label) -> Chart:
    """Columns are (label, [(series number, value in fen, title, url)]); values must not be negative."""
    sums = [sum(value for _, value, *_rest in parts) for _, parts in columns]
    top = nice_top(max(sums, default=0))
    inner = HEIGHT - TOP - BOTTOM
    slot = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    bars, labels, peaks = [], [], []
    highest = sorted(range(len(sums)), key=lambda i: -sums[i])[:2] if any(sums) else []
    for number, (label, parts) in enumerate(columns):
        x, width = round(LEFT + number * slot + slot * 0.18), max(round(slot * 0.64), 2)
        y = HEIGHT - BOTTOM
        for series, value, title, url in parts:
            height = round(inner * value / top)
            y -= height
            bars.append(Bar(x, y, width, height, series, title, url))
        labels.append((x + width // 2, label))
        if number in highest and sums[number]:
            peaks.append((x + width // 2, y - 6, peak_label(sums[number])))
    grid = [
        (HEIGHT - BOTTOM - round(inner * line / LINES), step_label(top * line // LINES))
        for line in range(LINES + 1)
    ]
    return Chart(bars, grid, labels, peaks)


def nice_top(highest: int) -> int:
    """The smallest 4, 8, 12 or 20 times a power of ten that is not below the highest bar: a whole number at
    each line.
    """
    power = 1
    while True:
        for factor in (4, 8, 12, 20):
            if factor * power >= highest:
                return factor * power
        power *= 10
