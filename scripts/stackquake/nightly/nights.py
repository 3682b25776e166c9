"""The nights of a state: one begins, or goes on where it was killed, and has an end."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from stackquake.nightly.state import State

# A killed night of the same version goes on within this time. Later, what it knows is of yesterday.
RESUME_WITHIN = timedelta(hours=12)
_MODEL = re.compile(r"^model name\s*:\s*(.+)$", re.M)


@dataclass(frozen=True)
class Night:
    """A night, as it was begun."""

    id: int
    minutes: float
    version: str
    designs: tuple[str, ...]
    seed: int
    spent: float = 0.0  # seconds of its stages before it was killed
    is_resumed: bool = False


def begin(
    state: State,
    minutes: float,
    version: str,
    designs: Sequence[str],
    seed: int,
    now: datetime | None = None,
) -> Night:
    """Goes on with the last night if it was killed and is of the same kind, or begins a new one.

    Of the same kind is a night of the same version and designs, which was begun RESUME_WITHIN.
    """
    now = now or datetime.now(timezone.utc)
    names = json.dumps(list(designs))
    for row in state.rows("SELECT * FROM night WHERE ended IS NULL AND NOT cut ORDER BY id"):
        begun = datetime.fromisoformat(row["begun"]).replace(tzinfo=timezone.utc)
        alike = (row["version"], row["designs"]) == (version, names)
        if alike and now - begun < RESUME_WITHIN:
            return _resumed(state, row["id"], minutes)
        state.write("UPDATE night SET cut = 1 WHERE id = ?", row["id"])
    fields = "begun, minutes, version, designs, machine, seed"
    values = (_text(now), minutes, version, names, machine(), seed)
    number = state.write(f"INSERT INTO night ({fields}) VALUES (?, ?, ?, ?, ?, ?)", *values)
    return Night(number, minutes, version, tuple(designs), seed)


def _resumed(state: State, number: int, minutes: float) -> Night:
    [row] = state.rows("SELECT * FROM night WHERE id = ?", number)
    spent = sum(
        float(state.value(f"SELECT total(seconds) FROM {table} WHERE night = ?", number))
        for table in ("stage", "campaign")
    )
    done = "SELECT count(*) FROM stage WHERE night = ? AND name = 'fuzz'"
    if state.value(done, number):  # the stage's time has that of its campaigns
        campaigns = "SELECT total(seconds) FROM campaign WHERE night = ?"
        spent -= float(state.value(campaigns, number))
    designs = tuple(json.loads(row["designs"]))
    return Night(number, minutes, row["version"], designs, row["seed"], spent, True)


def end(state: State, night: Night) -> None:
    """The night is over, and cannot go on."""
    now = _text(datetime.now(timezone.utc))
    state.write("UPDATE night SET ended = ? WHERE id = ?", now, night.id)


def stages_done(state: State, night: Night) -> set[str]:
    """The names of the stages that need not be done again."""
    return {row["name"] for row in state.rows("SELECT name FROM stage WHERE night = ?", night.id)}


def skip(state: State, night: Night, what: str, why: str) -> None:
    """Notes what the night leaves out. A later reason replaces an earlier one."""
    state.write("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?)", night.id, what, why)


def unskip(state: State, night: Night, what: str) -> None:
    """Takes it back: it is done now."""
    state.write("DELETE FROM skipped WHERE night = ? AND what = ?", night.id, what)


def note_problem(state: State, night: Night, text: str) -> None:
    """Notes what did not work on this machine."""
    state.write("INSERT OR REPLACE INTO problem VALUES (?, ?)", night.id, text)


def machine() -> str:
    """The processor and how many cores there are: times on another machine are not comparable."""
    try:
        match = _MODEL.search(Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        match = None
    return f"{match[1] if match else os.uname().machine}, {os.cpu_count()} cores"


def _text(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S")
