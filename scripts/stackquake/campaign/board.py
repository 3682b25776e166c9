"""Shows the progress of a fuzzing campaign on standard error."""

import sys
import time
from typing import Any, Protocol

from stackquake.campaign.campaign import Snapshot

# Seconds between two lines in a log. Picked, not measured: a campaign of a minute has a few lines,
# and one of a night has some thousands.
PLAIN_INTERVAL = 10.0
# How often a second the table on a terminal may be drawn. Its numbers change twice a second.
TABLE_RATE = 4


class Board(Protocol):
    """Shows each snapshot of a campaign, and is closed at its end."""

    def show(self, snapshot: Snapshot) -> None:
        ...

    def close(self) -> None:
        ...


def rows(snapshot: Snapshot) -> list[tuple[str, str]]:
    """The lines of the board, as names and values."""
    rate = snapshot.executions / snapshot.seconds if snapshot.seconds else 0.0
    repeats = f" (repeats: {snapshot.repeats})" if snapshot.repeats else ""
    return [
        ("time", f"{snapshot.seconds:.0f} s"),
        ("executions", f"{snapshot.executions:,}"),
        ("per second", f"{rate:,.0f}"),
        ("nests among the inputs", _percent(snapshot.validity)),
        ("edges", f"{snapshot.edges:,}"),
        ("features", f"{snapshot.features:,}"),
        ("corpus", f"{snapshot.corpus:,}"),
        ("last new coverage", f"{snapshot.seconds_since_new:.0f} s ago"),
        ("findings", f"{snapshot.findings}{repeats}"),
    ]


def _percent(part: float | None) -> str:
    return "not known yet" if part is None else f"{part:.1%}"


class PlainBoard:
    """Prints a line every PLAIN_INTERVAL seconds, for a log."""

    def __init__(self) -> None:
        self._next = time.monotonic() + PLAIN_INTERVAL

    def show(self, snapshot: Snapshot) -> None:
        if time.monotonic() >= self._next:
            self._next += PLAIN_INTERVAL
            line = ", ".join(f"{name} {value}" for name, value in rows(snapshot))
            print(f"quake: {line}", file=sys.stderr, flush=True)

    def close(self) -> None:
        pass


class TerminalBoard:
    """Shows a table that is updated in its place, for a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(console=Console(stderr=True), refresh_per_second=TABLE_RATE)
        self._live.start()

    def show(self, snapshot: Snapshot) -> None:
        self._live.update(_table(snapshot))

    def close(self) -> None:
        self._live.stop()


def _table(snapshot: Snapshot) -> Any:
    from rich.table import Table

    table = Table(show_header=False, box=None)
    table.add_column(style="dim")
    table.add_column(justify="left")
    for name, value in rows(snapshot):
        table.add_row(name, value)
    return table


def open_board() -> Board:
    """The board for a terminal or for a log, whichever standard error is."""
    if sys.stderr.isatty():
        return TerminalBoard()
    return PlainBoard()
