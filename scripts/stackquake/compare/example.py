"""For tests: a comparison of three designs and a toolchain, with numbers that are made up."""

from __future__ import annotations

from stackquake.compare.measuring import MEMCPY
from stackquake.compare.record import (
    Checked,
    Contender,
    Example,
    Operation,
    Record,
    Round,
    Searched,
    place_of,
    places,
)
from stackquake.trials.trial import Result, Trial

BASELINE, SLOW, WRONG, GO = "old", "slow", "wrong", "go1.99.1"
ROUNDS = 8
# How times go up and down from round to round, as a part of them.
NOISE = (0.0, 0.02, -0.02, 0.01, -0.01, 0.03, -0.03, 0.015)

OPERATIONS = [
    Operation("call", "a call and its return", "", "1", False, [1]),
    Operation("chain", "N panics in a chain", "panics", "N", False, [10, 100, 1000]),
    Operation("copy", "one copy of N frames", "frames", "N", True, [1, 16, 256]),
]


def record() -> Record:
    """`slow` takes twice as long, and its chains are quadratic. `wrong` has a built-in defect."""
    designs = [
        Contender(BASELINE, "go1.4", [], {"pops": "stale-pointer", "walks": "bad-traceback"}),
        Contender(SLOW, "go1.4", [], {"pops": "stale-pointer"}),
        Contender(WRONG, "go1.4", ["pops"], {}),
    ]
    told = Record(
        "2026-01-02T03:04:05Z",
        "0123456789ab",
        "A processor, 2 of 2 cores",
        BASELINE,
        {"generated": 100, "size": 3, "seed": 1, "seconds": 10},
        designs,
    )
    told.operations = OPERATIONS
    told.toolchains = [GO]
    _check(told)
    _search(told)
    _count(told)
    told.rounds = [_round(noise) for noise in NOISE]
    return told


def _check(told: Record) -> None:
    told.compared_nests = 100
    for design in told.designs:
        for part in ("corpus", "generated", "sweep", "enumeration"):
            told.checked.append(Checked(design.name, part, 100, 1000))
    stale = told.checked_on(WRONG)[0]
    stale.wrong, stale.checks = 3, {"stale-pointer": 3}
    stale.examples = {"stale-pointer:x": Example("a.go", "a word points to the old stack")}
    told.situations = {one.name: {"panic": 5} for one in told.designs}
    told.situations[SLOW]["recover"] = 1


def _search(told: Record) -> None:
    times = {(BASELINE, "pops"): [1.0, 3.0, 2.0], (BASELINE, "walks"): [10.0, 10.0, 10.0]}
    times |= {(SLOW, "pops"): [2.0, 2.0, 4.0], (WRONG, "built in"): [0.5, 0.5, 0.5]}
    for (design, defect), seconds in times.items():
        one = Searched(design, defect, "stale-pointer")
        for seed, time in enumerate(seconds, 1):
            trial = Trial(f"{design}/{defect}", "tree", seed)
            one.results.append(Result(trial, time < 10, time, time, 100).document())
        told.searched.append(one)


def _count(told: Record) -> None:
    """Of each step a frame is visited. `slow` puts records into frames."""
    for design in told.designs:
        counts = told.counts.setdefault(design.name, {})
        for operation, size, place in places(told.operations):
            quadratic = design.name == SLOW and operation.name == "chain"
            steps = float(size * size if quadratic else size)
            counts[place] = {"steps": steps, "frames_visited": steps, "words_copied": size * 8.0}
            if operation.name == "chain":
                in_heap = 0.0 if design.name == SLOW else float(size)
                counts[place] |= {"deferred_calls": float(size), "heap_records": in_heap}
                counts[place]["frame_records"] = size - in_heap
                counts[place]["record_bytes"] = 0.0 if design.name == SLOW else 48.0 * size
    told.counts[MEMCPY] = {
        place_of("copy", size): {"words_copied": size * 8.0} for size in OPERATIONS[2].sizes
    }
    told.broken = {WRONG: {place_of("chain", 1000): "the nest does not exit"}}


def _round(noise: float) -> Round:
    one = Round()
    for operation, size, place in places(OPERATIONS):
        time = 100.0 * size * (1 + noise)
        quadratic = time * size if operation.name == "chain" else 2 * time
        one.times.setdefault(BASELINE, {})[place] = time
        one.times.setdefault(SLOW, {})[place] = quadratic
        one.times.setdefault(GO, {})[place] = time / 10
        if place not in ("chain/1000",):
            one.times.setdefault(WRONG, {})[place] = time * 1.01
        if operation.is_copy:
            one.times.setdefault(MEMCPY, {})[place] = time / 1.1
    one.fits = {BASELINE: {"chain": "NlgN", "copy": "N"}, SLOW: {"chain": "N^2", "copy": "N"}}
    return one
