"""For tests: a state with some nights in it, and the report on the last one."""

from __future__ import annotations

from pathlib import Path

from stackquake.campaign.casebook import Tools
from stackquake.findings import folder
from stackquake.jobs.designs import Defect, Design, Inventory
from stackquake.nightly import nights, sightings
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Work
from stackquake.nightly.nights import Night
from stackquake.nightly.report.gathering import Report, gather
from stackquake.nightly.sightings import Seen
from stackquake.nightly.state import State
from stackquake.nightly.verdicts import judge_all

TARGETS = ("copier", "designs", "goroutines", "language", "nest")
NIGHTS = 6
LONG = "a-signature-without-a-place-to-break-" * 4


def programs() -> Programs:
    """Of a project whose programs are not there."""
    none = Path("/nonexistent")
    inventory = Inventory(
        (Design("go1.4"), Design("before-seed", ("pops", "walks"))),
        tuple(Defect(slug, "go1.4", "0", "throw", "") for slug in ("pops", "walks", "late")),
        (),
    )
    return Programs({name: Tools(none, none, none, none) for name in TARGETS}, inventory)


def report(state: State) -> Report:
    """The report on the last of NIGHTS nights: two findings are new, others are not."""
    for number in range(1, NIGHTS + 1):
        night = nights.begin(state, 20, f"v{number}", ["go1.4", "before-seed"], 7)
        _campaigns(state, night)
        _measurements(state, night)
        _findings(state, night)
        work = Work(state, night, 2, Path("known.json"))
        if number == NIGHTS:
            work.skip("new nests on real Go", "no time was left")
        judge_all(state, night)
        nights.end(state, night)
    return gather(work, programs())


def _campaigns(state: State, night: Night) -> None:
    for place, target in enumerate(TARGETS):
        edges = 1000 * (place + 1) + 50 * night.id
        numbers = (100.0, 90_000 * night.id, edges, 9000, edges // 3, 50, 0)
        row = "(?, ?, 'go1.4', ?, ?, ?, ?, ?, ?, ?)"
        state.write(f"INSERT INTO campaign VALUES {row}", night.id, target, *numbers)
    counts = (("nest", "copies", 0), ("goroutines", "copies", 1), ("nest", "sudogs in a copy", 0))
    for target, name, count in counts:
        row = (night.id, target, "go1.4", name, count)
        state.write("INSERT INTO situation VALUES (?, ?, ?, ?, ?)", *row)
    state.write("INSERT INTO stage VALUES (?, 'fuzz', 500)", night.id)


def _measurements(state: State, night: Night) -> None:
    """The defect `late` takes longer in the last night, and so does a benchmark."""
    is_last = night.id == NIGHTS
    for seed in range(5):
        seconds = 30.0 + seed if is_last else 2.0 + seed / 10
        state.write("INSERT INTO trial VALUES (?, 'late', ?, 1, ?, 9)", night.id, seed, seconds)
        time = 250.0 if is_last else 100.0 + seed + night.id
        state.write("INSERT INTO benchmark VALUES (?, 'copy/64', ?, ?)", night.id, seed, time)
    for room, lines in (("runtime_under_test/", 2000), ("harness/run/", 400)):
        row = (night.id, room, 3 * lines // 4, lines)
        state.write("INSERT INTO coverage VALUES (?, ?, ?, ?)", *row)
    for line, function, needs in ((10, "grow", "a deep stack"), (30, "shrink", "")):
        region = (night.id, "runtime_under_test/stack.cc", line, line, function, needs)
        state.write("INSERT INTO unreached VALUES (?, ?, ?, ?, ?, ?)", *region)
    nests = 5_000 * night.id
    proofs = (("sweep", 114, 114, 17_000, None), ("enumeration", nests, 27_777, 90_000, 3))
    for kind, done, total, points, statements in proofs:
        values = (night.id, "go1.4", kind, done, total, points, points, statements)
        state.write("INSERT INTO proof VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)
    state.write("INSERT INTO trophy VALUES (?, 'go1.19.8 plain', 'lost_goexit', 0)", night.id)


def _findings(state: State, night: Night) -> None:
    old = Seen("fuzz", "nest", "before-seed", (), "throw", "throw:old", "it throws", "run old")
    fresh = Seen(
        source="fuzz",
        target="nest",
        design="go1.4",
        defects=(),
        check="stale-pointer",
        signature=f"stale-pointer:<{LONG}>",
        message="The argument `p` & \x07 was not adjusted.",
        command="scripts/quake run --design=go1.4 findings/new/nest.go",
        place=state.findings / "new",
    )
    go = Seen("go", "go1.19.8 plain", None, (), "behaviour-mismatch", "exit became hang", "m", "go")
    sightings.note(state, night, "fuzz", old)
    state.write("UPDATE finding SET mistake = 'pops'")
    if night.id == NIGHTS:
        _store(state.findings / "new")
        for one in (fresh, go):
            sightings.note(state, night, "fuzz", one)


def _store(place: Path) -> None:
    files = {"nest.go": "package main\n\nfunc main() {}\n", "story.md": f"# {LONG}\n\n<b>&\n"}
    folder.write(place, {**files, "story.html": "<p>steps", folder.RECORD: "{}"})
