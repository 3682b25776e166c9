"""Plots of a comparison: how times grow with the size of an operation, and the records of deferred
calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.svg import COLOURS, GRID, MARKERS, element, style

SIZE = (4.6, 3.7)  # in inches: two beside each other on a desktop, one on a phone
# Designs that measure alike lie on each other. An open marker lets the one below show through.
OPEN = "none"


@dataclass(frozen=True)
class Line:
    """A contender's times by size, with the quarters around each."""

    name: str
    points: Sequence[tuple[float, float, float, float]]  # size, low, median, high
    dashed: bool = False  # what is no design


@dataclass(frozen=True)
class Bars:
    """A design's bytes of records for some operations."""

    name: str
    values: Sequence[float]


def growth(title: str, unit: str, lines: Sequence[Line]) -> str:
    """Times over sizes, both logarithmic, as an svg element; "" where there is nothing to draw."""
    drawn = [line for line in lines if len(line.points) > 1]
    if not drawn:
        return ""
    with _figure(title) as (figure, axes):
        for number, line in enumerate(drawn):
            _draw(axes, number, line)
        # A size of 0 has a place, too.
        linear = any(point[0] == 0 for line in drawn for point in line.points)
        axes.set_xscale("symlog" if linear else "log", **({"linthresh": 1} if linear else {}))
        axes.set_yscale("log")
        axes.set_xlabel(unit)
        axes.set_ylabel("time of one operation")
        _label(axes)
        return element(figure, title)


def _draw(axes: Any, number: int, line: Line) -> None:
    sizes, lows, medians, highs = zip(*line.points, strict=True)
    colour = COLOURS[number % len(COLOURS)]
    axes.plot(
        sizes,
        medians,
        color=colour,
        marker=MARKERS[(number + number // len(COLOURS)) % len(MARKERS)],
        markerfacecolor=OPEN,
        markersize=5,
        linewidth=1.2,
        linestyle="--" if line.dashed else "-",
        label=line.name,
    )
    axes.fill_between(sizes, lows, highs, color=colour, alpha=0.15, linewidth=0)


def _label(axes: Any) -> None:
    from matplotlib.ticker import EngFormatter, FuncFormatter, NullFormatter

    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    # Ticks have nanoseconds, which the formatter takes as parts of a second.
    seconds = EngFormatter(unit="s")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda time, _: seconds(time * 1e-9)))
    axes.yaxis.set_minor_formatter(NullFormatter())
    _legend(axes, below=-0.2)


def records(title: str, operations: Sequence[str], several: Sequence[Bars]) -> str:
    """Bytes of records for one deferred call, by operation and design."""
    drawn = [bars for bars in several if bars.values]
    if not drawn or not operations:
        return ""
    with _figure(title) as (figure, axes):
        width = 0.8 / len(drawn)
        for number, bars in enumerate(drawn):
            places = [place + number * width - 0.4 for place in range(len(operations))]
            colour = COLOURS[number % len(COLOURS)]
            hatch = "" if number < len(COLOURS) else "///"
            axes.bar(
                places, bars.values, width, align="edge", color=colour, hatch=hatch, label=bars.name
            )
        axes.set_xticks(range(len(operations)), operations)
        axes.set_ylabel("bytes of one deferred call")
        _legend(axes, below=-0.12)
        return element(figure, title)


def _legend(axes: Any, below: float) -> None:
    """Below the plot, where it hides no line."""
    axes.grid(True, color=GRID, alpha=0.25, linewidth=0.6)
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, below), "ncol": 3}
    axes.legend(frameon=False, fontsize=7.5, **place)


class _figure:
    """An empty plot, closed at the end of the block."""

    def __init__(self, title: str) -> None:
        # The verb alone needs it.
        import matplotlib

        matplotlib.use("svg")
        self._style = matplotlib.rc_context(style(title))
        self._figure: Any = None

    def __enter__(self) -> tuple[Any, Any]:
        from matplotlib import pyplot

        self._style.__enter__()
        self._figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
        return self._figure, axes

    def __exit__(self, *error: Any) -> None:
        from matplotlib import pyplot

        pyplot.close(self._figure)
        self._style.__exit__(*error)
