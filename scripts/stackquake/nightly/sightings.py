"""What the stages of a night see of findings: each one is noted at once, by its key.

Two sightings with the same key are the same finding. On the reference runtime the key is design,
defects and signature, whichever target saw it. On real Go it is toolchain, mode and signature.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.inputs import FINDING_NEST
from stackquake.nightly.nights import Night
from stackquake.nightly.state import State


# The verbs whose findings, on designs, have folders.
FOUND_ON_DESIGNS = ("fuzz", "sweep", "enumerate")


@dataclass(frozen=True)
class Seen:
    """A finding, as a stage tells of it."""

    source: str
    target: str
    design: str | None  # None on real Go
    defects: tuple[str, ...]
    check: str
    signature: str
    message: str
    command: str
    place: Path | None = None  # its folder, or the nest where it has none
    known: str | None = None

    @property
    def key(self) -> str:
        """The same for the same finding, in every night."""
        return key_of(self)


@dataclass(frozen=True)
class Stored:
    """A finding of this night or an earlier one, as a row of the history."""

    id: int
    source: str
    target: str
    design: str | None
    defects: tuple[str, ...]
    check: str
    signature: str
    message: str
    command: str
    place: Path | None
    mistake: str | None

    @property
    def nest(self) -> Path | None:
        """The nest in its folder; None if there is none, or no folder."""
        nest = self.place / FINDING_NEST if self.place is not None else None
        return nest.resolve() if nest is not None and nest.is_file() else None


def key_of(one: Seen | Stored) -> str:
    """What makes two findings the same."""
    where = [one.target] if one.design is None else [one.design, *one.defects]
    return "\n".join([*where, one.signature])


def of_record(record: dict[str, Any], place: Path, source: str = "fuzz") -> Seen:
    """A finding as the record of its folder tells of it."""
    return Seen(
        source=source,
        target=record["target"],
        design=record["design"],
        defects=tuple(record["defects"]),
        check=record["check"],
        signature=record["signature"],
        message=record["message"],
        command=record["replay"],
        place=place,
        known=record["known"],
    )


def note(state: State, night: Night, stage: str, seen: Seen) -> int:
    """Notes that a finding is there; gives its number. A later command and place replace earlier
    ones, since the nest may have become smaller."""
    with state.transaction():
        number = state.value("SELECT id FROM finding WHERE key = ?", seen.key)
        values = (seen.message, seen.command, _relative(state, seen.place))
        if number is None:
            number = _insert(state, seen)
        elif seen.source in (*FOUND_ON_DESIGNS, "go"):
            columns = "message = ?, command = ?, place = coalesce(?, place)"
            state.write(f"UPDATE finding SET {columns} WHERE id = ?", *values, number)
        note_look(state, night, stage, number, True, seen.known)
    return int(number)


def _insert(state: State, seen: Seen) -> int:
    columns = 'source, target, design, defects, "check", signature, message, command, place, key'
    values = (
        *(seen.source, seen.target, seen.design, json.dumps(seen.defects), seen.check),
        *(seen.signature, seen.message, seen.command, _relative(state, seen.place), seen.key),
    )
    marks = ", ".join("?" * len(values))
    return state.write(f"INSERT INTO finding ({columns}) VALUES ({marks})", *values)


def move(state: State, seen: Seen) -> None:
    """Notes the new folder of a finding, without a word on whether it is there."""
    write = "UPDATE finding SET place = ?, command = ? WHERE key = ?"
    state.write(write, _relative(state, seen.place), seen.command, seen.key)


def _relative(state: State, place: Path | None) -> str | None:
    """As from the state's folder, which may be moved; other places as they are."""
    if place is None:
        return None
    folder, place = state.folder.resolve(), place.resolve()
    return str(place.relative_to(folder) if place.is_relative_to(folder) else place)


def note_look(
    state: State, night: Night, stage: str, number: int, seen: bool, known: str | None = None
) -> None:
    """Notes whether a finding is there, where a stage has looked for it."""
    values = (night.id, number, stage, int(seen), known)
    state.write("INSERT OR REPLACE INTO sighting VALUES (?, ?, ?, ?, ?)", *values)


def every(state: State) -> list[Stored]:
    """All findings of the history."""
    return [stored(state, row) for row in state.rows("SELECT * FROM finding ORDER BY id")]


def stored(state: State, row: Any) -> Stored:
    """A row of the table `finding`."""
    place = state.folder / row["place"] if row["place"] else None
    defects = tuple(json.loads(row["defects"]))
    names = ("check", "signature", "message", "command")
    told = {name: str(row[name]) for name in names}
    return Stored(
        id=row["id"],
        source=row["source"],
        target=row["target"],
        design=row["design"],
        defects=defects,
        place=place,
        mistake=row["mistake"],
        **told,
    )
