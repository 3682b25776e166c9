"""Findings over time: what a night tells of each, against all that earlier nights have told.

| status | of a finding that |
|---|---|
| new | no night has told as new, or only as known, and that is there now |
| known | is there, and an entry of known.json has it; or shows a mistake that is known |
| still there | is there, as it was the last time |
| back | is there, after a night that told it as gone |
| gone | was there the last time, was looked for, and is not there |
| not looked at | was there the last time, and the night had no time to look |

A finding that a killed night has stored without telling of it is new in the next one, even if it
is not there any more. A finding that is gone is told once. When an entry of known.json expires, its
finding is new.

A design with mistakes built in shows each of them by many signatures. A signature that an earlier
night did not have is known if it shows a mistake that an earlier night has told; within one night,
each signature is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from stackquake.nightly.nights import Night
from stackquake.nightly.state import State

NEW, KNOWN, STILL, GONE, BACK = "new", "known", "still there", "gone", "back"
NOT_LOOKED_AT = "not looked at"
ALARMING = (NEW, BACK)
_THERE = (NEW, KNOWN, STILL, BACK)


@dataclass(frozen=True)
class Past:
    """What earlier nights have told of a finding."""

    last: str | None = None  # their last status, of those that are not NOT_LOOKED_AT
    version: str = ""  # of the project, when it was told so
    told_as_new: bool = False
    mistake_told: str | None = None  # the mistake it shows, if another finding was told with it


@dataclass(frozen=True)
class Look:
    """What this night has seen of it. None: it has not looked."""

    seen: bool | None = None
    known: str | None = None


@dataclass(frozen=True)
class Verdict:
    """A status, and what to say besides."""

    status: str
    note: str = ""


def judge(past: Past, look: Look, version: str) -> Verdict | None:
    """The verdict on one finding; None where there is nothing to tell."""
    if look.seen and look.known:
        return Verdict(KNOWN, look.known)
    if not past.told_as_new:
        return _first(past, look, version)
    if past.last == GONE:
        return Verdict(BACK, f"it was gone at {past.version}") if look.seen else None
    if look.seen:
        return Verdict(STILL)
    if look.seen is None:
        return Verdict(NOT_LOOKED_AT)
    return Verdict(GONE, f"since {version}; it was there at {past.version}")


def _first(past: Past, look: Look, version: str) -> Verdict | None:
    """On a finding that no night has told as new."""
    if past.last == KNOWN and not look.seen:
        if look.seen is None:
            return Verdict(NOT_LOOKED_AT)
        return Verdict(GONE, f"since {version}; it was known at {past.version}")
    if past.last == GONE and not look.seen:
        return None
    if past.mistake_told is not None:
        return Verdict(KNOWN, f"another signature of {past.mistake_told}")
    if look.seen:
        expired = "no entry of known.json has it any more" if past.last == KNOWN else ""
        return Verdict(NEW, expired)
    return Verdict(NEW, "a night that was killed had found it; it is not seen now")


def judge_all(state: State, night: Night) -> dict[int, Verdict]:
    """Writes the verdicts of this night, and gives them by finding."""
    verdicts: dict[int, Verdict] = {}
    for row in state.rows("SELECT id, design, mistake FROM finding ORDER BY id"):
        past = _past(state, night, row["id"], row["design"], row["mistake"])
        verdict = judge(past, _look(state, night, row["id"]), night.version)
        if verdict is not None:
            verdicts[row["id"]] = verdict
    with state.transaction():
        state.write("DELETE FROM verdict WHERE night = ?", night.id)
        rows = [(night.id, number, one.status, one.note) for number, one in verdicts.items()]
        state.write_all("INSERT INTO verdict VALUES (?, ?, ?, ?)", rows)
    return verdicts


def _past(
    state: State, night: Night, finding: int, design: str | None, mistake: str | None
) -> Past:
    told = state.rows(
        "SELECT status, version FROM verdict JOIN night ON night.id = verdict.night"
        " WHERE finding = ? AND night < ? AND status != ? AND ended IS NOT NULL"
        " ORDER BY night DESC",
        *(finding, night.id, NOT_LOOKED_AT),
    )
    last, version = (told[0]["status"], told[0]["version"]) if told else (None, "")
    told_as_new = any(row["status"] in ALARMING for row in told)
    return Past(last, version, told_as_new, _mistake_told(state, night, finding, design, mistake))


def _mistake_told(
    state: State, night: Night, finding: int, design: str | None, mistake: str | None
) -> str | None:
    if mistake is None:
        return None
    others = state.value(
        "SELECT count(*) FROM verdict JOIN finding ON finding.id = verdict.finding"
        " JOIN night ON night.id = verdict.night WHERE ended IS NOT NULL"
        " AND night < ? AND finding != ? AND finding.design = ? AND mistake = ?",
        *(night.id, finding, design, mistake),
    )
    return mistake if others else None


def _look(state: State, night: Night, finding: int) -> Look:
    """It is there if any stage has seen it."""
    query = "SELECT seen, known FROM sighting WHERE night = ? AND finding = ?"
    looks = state.rows(query, night.id, finding)
    if not looks:
        return Look()
    there = [row for row in looks if row["seen"]]
    known = next((row["known"] for row in there if row["known"]), None)
    return Look(bool(there), known)


def is_there(status: str) -> bool:
    """Whether a finding of this status is there now."""
    return status in _THERE
