"""The stage of real Go: the bugs that are known, what was found before, then new nests.

1. Each nest of corpus/trophies runs on each toolchain. What it shows there is held against
   measured.json beside the nests, and against earlier nights.
2. The findings of earlier nights run again, on their toolchains.
3. `quake go fuzz` goes on in the state's folder with nests that no night has had.
"""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stackquake.files import ROOT
from stackquake.findings import folder
from stackquake.go import toolchain
from stackquake.inputs import FINDING_NEST
from stackquake.nightly import sightings
from stackquake.nightly.night import Work
from stackquake.nightly.sightings import Seen, Stored
from stackquake.nightly.verb import Said, run_verb
from stackquake.printable import command_line
from stackquake.status import QuakeError, Status

STAGE = "go"
TROPHIES = ROOT / "corpus" / "trophies"
# Of the stage's time, the most that the trophies may take, and then what was found before.
TROPHIES_SHARE, FINDINGS_SHARE = 0.5, 0.5
# `quake go fuzz` ends with the batch in hand, and then looks at its suspects.
CLOSING_SHARE = 0.4
LEAST_SECONDS = 5.0


async def run(work: Work, seconds: float) -> None:
    """Does the three steps, as far as there is time for them; none where there is no toolchain."""
    try:
        toolchain.find(work.go)
    except QuakeError as error:
        work.skip("real Go", str(error))
        return
    end = time.monotonic() + seconds
    await _trophies(work, TROPHIES_SHARE * seconds)
    await _look_again(work, FINDINGS_SHARE * (end - time.monotonic()))
    await _new_nests(work, end - time.monotonic())


def _options(work: Work) -> list[str]:
    return [f"--go={name}" for name in work.go]


# ---- Bugs that are known ----


async def _trophies(work: Work, seconds: float) -> None:
    said = await run_verb(["go", "--json", *_options(work), str(TROPHIES)], seconds)
    if not said.in_time:
        work.skip("known bugs of real Go", "they were not done when their time was up")
        return
    _require(said, "quake go")
    document = said.document()
    wrong = {(_variant(one), _stem(one["file"])): one for one in document["disagreements"]}
    with work.state.transaction():
        rows = [
            (work.night.id, _variant(variant), _stem(name["file"]))
            for variant in document["variants"]
            for name in document["compared"]
        ]
        write = "INSERT OR REPLACE INTO trophy VALUES (?, ?, ?, ?)"
        work.state.write_all(write, [(*row, int(row[1:] in wrong)) for row in rows])
        keys = {
            sightings.note(work.state, work.night, STAGE, _unknown(one))
            for one in wrong.values()
            if one["known"] is None
        }
        for one in sightings.every(work.state):
            if one.source == "trophies" and one.id not in keys:
                sightings.note_look(work.state, work.night, STAGE, one.id, False)


def _variant(told: dict[str, Any]) -> str:
    return f"{told['toolchain']} {told['mode']}"


def _stem(name: str) -> str:
    return Path(name).stem


def _require(said: Said, verb: str) -> None:
    if said.status not in (Status.OK, Status.FOUND):
        raise QuakeError(Status.MISSING, f"{verb}: {said.why()}")


def _unknown(one: dict[str, Any]) -> Seen:
    return Seen(
        source="trophies",
        target=_variant(one),
        design=None,
        defects=(),
        check="behaviour-mismatch",
        signature=one["signature"],
        message=f"{Path(one['file']).name}: an entry of known.json that does not fit any more",
        command=command_line(["scripts/quake", "go", f"--mode={one['mode']}", one["file"]]),
        place=Path(one["file"]),
    )


def trophy_states(work: Work) -> list[tuple[str, str, str]]:
    """What has changed of each trophy: toolchain, nest, and what to say; "" is as measured."""
    measured = json.loads((TROPHIES / "measured.json").read_text(encoding="utf-8"))
    rows = work.state.rows("SELECT * FROM trophy WHERE night = ?", work.night.id)
    return [
        (row["variant"], row["nest"], trophy_state(measured.get(row["variant"]), row))
        for row in rows
    ]


def trophy_state(measured: dict[str, list[str]] | None, row: Any) -> str:
    """Of one nest on one toolchain."""
    wrong, nest = bool(row["wrong"]), row["nest"]
    if measured is None:
        return f"a new toolchain: {'wrong' if wrong else 'right'}"
    if nest in measured["always"]:
        return "still there" if wrong else "fixed"
    if wrong and nest not in measured["at times"]:
        return "wrong, and was right"
    return "at times" if nest in measured["at times"] else "right"


# ---- What earlier nights have found ----


async def _look_again(work: Work, seconds: float) -> None:
    """Those with the same options run in one program, which takes as long to build as for one."""
    end = time.monotonic() + seconds
    groups: dict[tuple[str, ...], dict[str, Stored]] = {}
    for one in sightings.every(work.state):
        command = _command(one)
        if one.source == "go" and command is not None:
            options, nest = command
            groups.setdefault(options, {})[nest] = one
    for options, nests in groups.items():
        left = end - time.monotonic()
        if left < LEAST_SECONDS:
            work.skip("some findings on real Go", "no time was left to run them again")
            return
        said = await run_verb(["go", "--json", *options, *nests], left)
        if said.in_time and said.status in (Status.OK, Status.FOUND):
            _note_looks(work, nests, said.document()["disagreements"])


def _command(one: Stored) -> tuple[tuple[str, ...], str] | None:
    """The options with which a finding's nest runs, and the nest; None if it is not there.

    The command of a finding shows it even where it is known; here that is to be told.
    """
    if one.nest is None:
        return None
    words = shlex.split(one.command)[2:]  # without `scripts/quake go`
    options = (word for word in words if Path(word).name != FINDING_NEST and word != "--no-known")
    return tuple(options), str(one.nest)


def _note_looks(work: Work, nests: dict[str, Stored], disagreements: list[Any]) -> None:
    shown = {one["file"]: one["known"] for one in disagreements}
    with work.state.transaction():
        for nest, one in nests.items():
            seen, known = nest in shown, shown.get(nest)
            sightings.note_look(work.state, work.night, STAGE, one.id, seen, known)


# ---- New nests ----


async def _new_nests(work: Work, seconds: float) -> None:
    if seconds < LEAST_SECONDS:
        work.skip("new nests on real Go", "no time was left")
        return
    searching = max(1, int((1 - CLOSING_SHARE) * seconds))
    options = [f"--seconds={searching}", f"--out={work.state.go.resolve()}", "--keep-going"]
    said = await run_verb(["go", "fuzz", "--json", *options, *_options(work)], seconds)
    take_findings(work)
    if said.in_time:
        _require(said, "quake go fuzz")


def take_findings(work: Work) -> None:
    """Notes what this night's campaigns, also those that were killed, have stored."""
    folder.repair(work.state.go)
    with work.state.transaction():
        for place in stored_places(work.state.go):
            record = folder.read(place)
            seen = sightings.of_record(record, place, source="go")
            earlier = work.state.value("SELECT place FROM finding WHERE key = ?", seen.key)
            if earlier is None:
                sightings.note(work.state, work.night, STAGE, seen)
            elif not (work.state.folder / earlier).is_dir():  # a smaller nest has replaced it
                sightings.move(work.state, seen)


def stored_places(go: Path) -> Sequence[Path]:
    """The folders of findings on real Go that come every time."""
    return sorted(path.parent for path in go.glob(f"*/{folder.RECORD}"))
