"""Plots as SVG that stands in a page and takes the page's colour for its text.

Colours of the lines are of medium brightness, so that they show on a light and on a dark page.
"""

from __future__ import annotations

import io
import re
from typing import Any

# Okabe and Ito's colours without black and yellow: people with colour blindness tell them apart.
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#7f7f7f")
MARKERS = "osD^vPX"
TEXT = "#010203"  # a colour that nothing else has, and that becomes the page's own
GRID = "#888888"


def style(title: str) -> dict[str, Any]:
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


def element(figure: Any, title: str) -> str:
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
