"""Plots of nights, as SVG that stands in a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stackquake.svg import COLOURS, GRID, MARKERS, element, style

SIZE = (4.6, 3.3)  # in inches: two beside each other on a desktop, one on a phone


@dataclass(frozen=True)
class Line:
    """A line of a plot: a value for some nights."""

    name: str
    points: Sequence[tuple[int, float]]  # night, value


def plot(
    title: str,
    unit: str,
    lines: Sequence[Line],
    *,
    logarithmic: bool = False,
    from_zero: bool = True,
) -> str:
    """A plot over nights as an svg element; "" where there is nothing to draw.

    With `from_zero` the scale shows how large values are, otherwise how they change.
    """
    drawn = [line for line in lines if line.points]
    if not drawn:
        return ""
    # The verb alone needs it.
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot
    from matplotlib.ticker import EngFormatter, FormatStrFormatter, MaxNLocator, NullFormatter

    with matplotlib.rc_context(style(title)):
        figure, axes = pyplot.subplots(figsize=SIZE, layout="constrained")
        try:
            for number, line in enumerate(drawn):
                _draw(axes, number, line)
            axes.set_xlabel("night")
            axes.set_ylabel(unit)
            nights = [night for line in drawn for night, _ in line.points]
            axes.set_xlim(min(nights) - 0.3, max(nights) + 0.3)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            if logarithmic:
                axes.set_yscale("log")
                axes.yaxis.set_major_formatter(FormatStrFormatter("%g"))
                axes.yaxis.set_minor_formatter(NullFormatter())
            else:
                axes.set_ylim(bottom=0 if from_zero else None)
                axes.yaxis.set_major_formatter(EngFormatter(sep=""))
            axes.grid(True, color=GRID, alpha=0.25, linewidth=0.6)
            # Below the plot, where it hides no line.
            place = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.22), "ncol": 2}
            axes.legend(frameon=False, fontsize=8, **place)
            return element(figure, title)
        finally:
            pyplot.close(figure)


def _draw(axes: Any, number: int, line: Line) -> None:
    nights, values = zip(*line.points, strict=True)
    axes.plot(
        nights,
        values,
        color=COLOURS[number % len(COLOURS)],
        marker=MARKERS[number % len(MARKERS)],
        markersize=4,
        linewidth=1.4,
        label=line.name,
    )
