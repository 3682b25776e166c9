"""Tables on standard output, all alike."""

import sys
from typing import Any

# Wider than any table: where nobody looks on, a line stays whole.
WIDTH = 10_000


def table(*titles: str) -> Any:
    """An empty one, with these columns."""
    from rich.table import Table  # installed only by the first thing that is built

    empty = Table(box=None, pad_edge=False)
    for title in titles:
        empty.add_column(title, overflow="fold")
    return empty


def print_table(filled: Any) -> None:
    """Fits it to the terminal, if there is one."""
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else WIDTH).print(filled)


def cell(text: str, *, alarming: bool = False) -> Any:
    """Text as it is: brackets in it are no markup."""
    from rich.text import Text

    return Text(text, style="bold red" if alarming else "")
