"""The stages of a night, in their order, with the weights by which shares.py gives them time.

A further stage is a module with a coroutine that takes the work and its seconds, commits what it
finds with `sightings.note`, and has its place in this list.
"""

from __future__ import annotations

from collections.abc import Sequence

from stackquake.nightly import benchmarks, covering, fuzzing, minimising, mistakes, on_go
from stackquake.nightly import proving, replaying, searching, selftest
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Stage, Work
from stackquake.nightly.shares import Lane

# Of a night of 20 minutes: about one for the self-test, two for the replay, nine for fuzzing.
# Mistakes take seconds, and hand their time on.
WEIGHTS = {
    selftest.STAGE: 5,
    replaying.STAGE: 10,
    proving.STAGE: 8,
    fuzzing.STAGE: 48,
    mistakes.STAGE: 10,
    on_go.STAGE: 12,
    searching.STAGE: 10,
    benchmarks.STAGE: 6,
    minimising.STAGE: 4,
    covering.STAGE: 3,
}


def stages(programs: Programs, names: Sequence[Lane]) -> list[Stage]:
    """Those of a night with these lanes."""
    lanes = list(names)

    async def test(work: Work, seconds: float) -> None:
        await selftest.run(work, programs, lanes)

    async def replay(work: Work, seconds: float) -> None:
        await replaying.run(work, programs, seconds)

    async def prove(work: Work, seconds: float) -> None:
        await proving.run(work, programs, seconds)

    async def fuzz(work: Work, seconds: float) -> None:
        await fuzzing.run(work, programs, lanes, seconds)

    async def attribute(work: Work, seconds: float) -> None:
        await mistakes.attribute(work, programs)

    async def trials(work: Work, seconds: float) -> None:
        await searching.run(work, programs, seconds)

    async def minimise(work: Work, seconds: float) -> None:
        await minimising.run(work, programs, lanes, seconds)

    async def cover(work: Work, seconds: float) -> None:
        await covering.run(work, programs, lanes, seconds)

    runs = {
        selftest.STAGE: test,
        replaying.STAGE: replay,
        proving.STAGE: prove,
        fuzzing.STAGE: fuzz,
        mistakes.STAGE: attribute,
        on_go.STAGE: on_go.run,
        searching.STAGE: trials,
        benchmarks.STAGE: benchmarks.run,
        minimising.STAGE: minimise,
        covering.STAGE: cover,
    }
    return [
        Stage(name, WEIGHTS[name], run, name != selftest.STAGE, name == fuzzing.STAGE)
        for name, run in runs.items()
    ]
