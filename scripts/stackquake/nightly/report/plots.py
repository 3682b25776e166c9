"""Plots of nights, as SVG that stands in a page and takes the page's colour for its text.

Colours of the lines are of medium brightness, so that they show on a light and on a dark page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# Okabe and Ito's colours without black and yellow: people with colour blindness tell them apart.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7f7f7f")
MARKERS = "osD^vPX"
SIZE = (4.6, 3.3)  # in inches: two beside each other on a desktop, one on a phone
TEXT = "#010203"  # a colour that nothing else has, and that becomes the page's own
GRID = "#888888"


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

    with matplotlib.rc_context(_style(title)):
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
            return _element(figure, title)
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


def _style(title: str) -> dict[str, Any]:
    """Text stays text; the identifiers of one plot are equal to those of no other."""
    colours = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    return {
        **{name: TEXT for name in colours},
        "svg.fonttype": "none",
        "svg.hashsalt": title,
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
    }


def _element(figure: Any, title: str) -> str:
    """The svg element alone, named for those who cannot see it."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :].replace(TEXT, "currentColor")
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    # Identifiers such as "figure_1" come again in every plot.
    text = re.sub(r' id="[a-z]+\w*_\d+"', "", text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    name = title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return text.replace("<svg", f'<svg role="img" aria-label="{name}"', 1)
