"""The stage of proofs: the fuzzers' seeds are swept, and a slice of all small nests is enumerated.

Both are about designs that are right. The sweep is done anew each night; the enumeration goes on
where the last night stopped, in the state's folder, so two nights never have the same slice.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.enumeration.chunk import LARGEST  # no night ends an enumeration of this size
from stackquake.findings import folder
from stackquake.inputs import SEEDS
from stackquake.nightly import sightings
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.state import State
from stackquake.nightly.verb import Said, run_verb
from stackquake.status import QuakeError, Status

STAGE = "proof"
SWEEP, ENUMERATION = "sweep", "enumeration"
# The seeds take some seconds; they may take half of a short stage.
SWEEP_SHARE = 0.5
# What a verb leaves for its findings, and to end.
CLOSING_SHARE = 0.3
LEAST_SECONDS = 3.0


@dataclass(frozen=True)
class Proof:
    """How far a sweep or an enumeration has come."""

    design: str
    kind: str
    nests: int  # that are done, in all nights
    total: int  # of a sweep all; of an enumeration those of one statement more
    points: int
    runs: int
    statements: int | None  # all nests of at most so many are done; None: a sweep
    before: int = 0  # nests that were done before this night

    @property
    def slice(self) -> int:
        """Nests of this night."""
        return self.nests - self.before


async def run(work: Work, programs: Programs, seconds: float) -> None:
    """Does both for each design without mistakes built in."""
    end = time.monotonic() + seconds
    inventory = programs.inventory
    designs = [name for name in work.night.designs if not inventory.design(name).built_in]
    for number, design in enumerate(designs):
        share = (end - time.monotonic()) / (len(designs) - number)
        begin = time.monotonic()
        await _sweep(work, design, SWEEP_SHARE * share)
        await _enumerate(work, design, share - (time.monotonic() - begin))


def _options(work: Work, design: str, seconds: float) -> list[str]:
    searching = max(1.0, (1 - CLOSING_SHARE) * seconds)
    places = [f"--out={work.state.findings.resolve()}", f"--known={work.known}"]
    workers = f"--workers={work.workers}"
    return ["--json", f"--design={design}", f"--seconds={searching:.1f}", workers, *places]


async def _sweep(work: Work, design: str, seconds: float) -> None:
    said = await run_verb(["sweep", *_options(work, design, seconds), *map(str, SEEDS)], seconds)
    document = _document(said, "quake sweep")
    nests = document["nests"]
    done = [one for one in nests if one["safepoints"] is not None and one["done"] >= one["runs"]]
    points = 2 * sum(one["safepoints"] for one in done)
    proof = Proof(design, SWEEP, len(done), len(nests), points, document["runs"], None)
    _commit(work, proof, document)


async def _enumerate(work: Work, design: str, seconds: float) -> None:
    if seconds < LEAST_SECONDS:
        work.skip(f"the enumeration on {design}", "no time was left")
        return
    state = f"--state={work.state.enumerations.resolve()}"
    options = [*_options(work, design, seconds), state, f"--size={LARGEST}"]
    said = await run_verb(["enumerate", *options], seconds)
    document = _document(said, "quake enumerate")
    numbers = (document["done"], document["next_size_ends"], document["points"], document["runs"])
    _commit(work, Proof(design, ENUMERATION, *numbers, document["whole_statements"]), document)


def _document(said: Said, verb: str) -> dict[str, Any]:
    if not said.output and said.status not in (Status.OK, Status.FOUND):
        raise QuakeError(Status.MISSING, f"{verb}: {said.why()}")
    document: dict[str, Any] = said.document()
    return document


def _commit(work: Work, proof: Proof, document: dict[str, Any]) -> None:
    """Writes down how far it has come, and what it has found in this night."""
    places = [Path(one["finding"]) for one in document["findings"] if one["finding"]]
    with work.state.transaction():
        values = (proof.design, proof.kind, proof.nests, proof.total, proof.points, proof.runs)
        write = "INSERT OR REPLACE INTO proof VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        work.state.write(write, work.night.id, *values, proof.statements)
        for place in places:
            record = folder.read(place)
            seen = sightings.of_record(record, place, source=record["source"])
            sightings.note(work.state, work.night, STAGE, seen)


def proofs(state: State, night: Night) -> Sequence[Proof]:
    """Those of a night."""
    columns = "design, kind, nests, total, points, runs, statements"
    query = f"SELECT {columns} FROM proof WHERE night = ? ORDER BY rowid"
    earlier = "SELECT max(nests) FROM proof WHERE night < ? AND design = ? AND kind = ?"
    told = []
    for row in state.rows(query, night.id):
        is_sweep = row["kind"] == SWEEP
        values = (night.id, row["design"], row["kind"])
        before = 0 if is_sweep else state.value(earlier, *values) or 0
        told.append(Proof(*row, before=before))
    return told


def sentence(proof: Proof) -> str:
    """What is proved, for people."""
    points = f"{proof.points:,} copy and collection points"
    if proof.kind == SWEEP:
        return f"{proof.nests} of {proof.total} seeds, at all {points}"
    size = f"all nests of at most {proof.statements} statements"
    rest = f"{proof.nests:,} of the {proof.total:,} of one more"
    return f"{size}, and {rest}, at all {points}; {proof.slice:,} nests in this night"
