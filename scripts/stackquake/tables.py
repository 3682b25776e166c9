"""Tables on standard output, all alike.

Numbers, paths and names are never broken over lines. A table that is too wide for the terminal
first goes without the columns that its maker can spare; if it is still too wide, each row becomes a
paragraph with a line for each column. Where standard output is no terminal, lines stay whole.
"""

import sys
from collections.abc import Sequence
from typing import Any

from stackquake.printable import printable

# Wider than any table: where nobody looks on, a line stays whole.
WIDTH = 10_000

INDENT = "  "  # of a row's columns, below its first one


def table(*titles: str) -> Any:
    """An empty one, with these columns. Rows are added with `add_row`, of strings and cells."""
    from rich.table import Table  # installed only by the first thing that is built

    empty = Table(box=None, pad_edge=False)
    for title in titles:
        empty.add_column(title, no_wrap=True, overflow="ignore")
    return empty


def cell(text: str, *, alarming: bool = False) -> Any:
    """Text as it is: brackets in it are no markup, and control characters are escaped."""
    from rich.text import Text

    return Text(printable(text), style="bold red" if alarming else "")


def print_table(filled: Any, *, spare: Sequence[str] = ()) -> None:
    """Prints it as the terminal's width allows.

    `spare` has the titles of columns to leave out where there is no room, the first one first.
    """
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    left_out: list[str] = []
    for title in spare:
        if _width(console, filled) > console.width:
            filled = _without(filled, title)
            left_out.append(title)
    if _width(console, filled) > console.width:
        _print_stacked(console, filled)
    else:
        console.print(filled)
    if left_out:
        names = " and ".join(left_out)
        console.print(f"(a wider terminal shows: {names})", style="dim", soft_wrap=True)


def _width(console: Any, filled: Any) -> int:
    """How many characters a line must have for the whole table."""
    from rich.measure import Measurement

    unbounded = console.options.update(width=WIDTH)
    return int(Measurement.get(console, unbounded, filled).maximum)


def _without(filled: Any, title: str) -> Any:
    """The table without a column."""
    kept = [column for column in filled.columns if column.header != title]
    smaller = table(*(column.header for column in kept))
    for row in zip(*(column.cells for column in kept), strict=True):
        smaller.add_row(*row)
    return smaller


def _print_stacked(console: Any, filled: Any) -> None:
    """Prints each row as its first cell and, below, a line for each other one that is not empty."""
    from rich.text import Text

    titles = [column.header for column in filled.columns]
    longest = max(map(len, titles[1:]), default=0)
    for first, *others in zip(*(column.cells for column in filled.columns), strict=True):
        _print_line(console, first)
        for title, value in zip(titles[1:], others, strict=True):
            if str(value):
                _print_line(console, Text.assemble(f"{INDENT}{title:{longest}}  ", value))


def _print_line(console: Any, text: Any) -> None:
    console.print(text, soft_wrap=True, markup=False, highlight=False)
