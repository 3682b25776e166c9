"""The sweep of a range of small nests: processes of enumerate_nests, one after another.

A run that ends its process, or hangs, is told of like any other. A new process leaves its nest out.
"""

import asyncio
import json
from asyncio.subprocess import PIPE
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from stackquake.files import short_hash
from stackquake.jobs.batch import LAST_STATUS, crash, ending, timeout
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import run_bounded, running
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.sweep.events import Marker, events_of
from stackquake.sweep.part import Plan as SweepPlan, Shown, nest_of_run

PROGRAM = "enumerate_nests"
LARGEST = 10  # statements of a nest, as the program has it
# Nests of one range that may end or hang their process. Where so many do, the rest has little new.
MOST_DEATHS = 5
# Nests of so many statements show every statement of the alphabet in every place.
ALPHABET_SIZE = 2


@dataclass(frozen=True)
class Plan:
    """What is enumerated, on one design."""

    program: Path  # enumerate_nests
    sweeper: Path  # sweep_nests
    settings: Settings
    size: int  # statements that a nest has at most
    seconds: float = TIMEOUT_SECONDS  # that one run may take

    def command(self, *options: str) -> list[str]:
        """A command of enumerate_nests."""
        return [str(self.program), f"--size={self.size}", *self.settings.flags(), *options]


@dataclass(frozen=True)
class Wrong:
    """A run that shows a violation, and the number of its nest."""

    number: int
    shown: Shown


@dataclass
class Chunk:
    """What the sweep of a range of nests has shown."""

    first: int
    end: int
    nests: int = 0  # that have been swept wholly
    safepoints: int = 0
    runs: int = 0
    seen: Counter[str] = field(default_factory=Counter)  # runs that have shown each signature
    wrong: list[Wrong] = field(default_factory=list)  # the first run of each signature
    deaths: list[int] = field(default_factory=list)  # numbers of nests that were left out


async def run_chunk(
    plan: Plan, first: int, end: int, marker: Marker, step: Callable[[int], None]
) -> Chunk:
    """Sweeps the nests from `first` to the one before `end`.

    `step` is told now and then how many of them are done. Raises QuakeError when enumerate_nests
    does not work. No process outlives the call.
    """
    deaths: list[Wrong] = []
    while True:
        chunk = Chunk(first, end)
        death = await _run_once(plan, chunk, [one.number for one in deaths], marker, step)
        if death is not None:
            deaths.append(death)
        if death is None or len(deaths) >= MOST_DEATHS:
            chunk.wrong += deaths
            chunk.deaths = [one.number for one in deaths]
            return chunk


async def _run_once(
    plan: Plan, chunk: Chunk, skipped: list[int], marker: Marker, step: Callable[[int], None]
) -> Wrong | None:
    """Adds what a process shows to a chunk; gives the run that ended the process, if one did."""
    marker.clear()
    command = plan.command(
        f"--first={chunk.first}",
        f"--end={chunk.end}",
        f"--marker={marker.path}",
        *(f"--skip={number}" for number in skipped),
    )
    ended = timed_out = False
    async with running(command, stdout=PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        errors = asyncio.create_task(process.stderr.read())
        try:
            async for event in events_of(PROGRAM, process.stdout, marker, plan.seconds):
                if event["event"] == "finding":
                    places = tuple(event["move_at"]), tuple(event["gc_at"])
                    name = name_of_nest(event["number"])
                    run, violation, nest = event["run"], event["violation"], event["nest"]
                    shown = Shown(name, run, violation, nest, *places)
                    chunk.wrong.append(Wrong(event["number"], shown))
                    continue
                chunk.nests, chunk.safepoints = event["nests"], event["safepoints"]
                chunk.runs, chunk.seen = event["runs"], Counter(event["seen"])
                ended = event["event"] == "end"
                step(chunk.nests)
            await process.wait()
        except TimeoutError:
            timed_out = True
    assert process.returncode is not None
    said = (await errors).decode(errors="replace").strip()
    status = process.returncode
    if ended and status in (Status.OK, Status.FOUND):
        return None
    place = marker.read()
    if place is None or (not timed_out and 0 <= status <= LAST_STATUS):
        how = "no event" if timed_out else ending(status)
        message = f"{PROGRAM} ended with {how}" + (f": {said}" if said else "")
        raise QuakeError(Status.MISSING, message)
    number, run = place
    lost = timeout(PROGRAM, plan.seconds) if timed_out else crash(PROGRAM, status, said)
    return Wrong(number, Shown(name_of_nest(number), run, lost))


def name_of_nest(number: int) -> str:
    """What a nest of the enumeration is called."""
    return f"nest {number:,}"


async def nest_of_death(plan: Plan, wrong: Wrong, folder: Path) -> str:
    """The nest of a run that has ended its process, written to a folder on the way."""
    text = await text_of(plan, wrong.number)
    file = folder / f"{wrong.number}.go"
    file.write_text(text, encoding="utf-8")
    sweep = SweepPlan(plan.sweeper, plan.settings, [str(file)], seconds=plan.seconds)
    shown = Shown(str(file), wrong.shown.run, wrong.shown.violation)
    return await nest_of_run(sweep, shown) or text


async def text_of(plan: Plan, number: int) -> str:
    """The text of the nest with a number."""
    [text] = await texts_of(plan, number, number + 1)
    return text


async def texts_of(plan: Plan, first: int, end: int) -> list[str]:
    """The texts of the nests of a range."""
    command = plan.command("--texts", f"--first={first}", f"--end={end}")
    status, output = await run_bounded(command, plan.seconds, with_output=True)
    if status != Status.OK:
        raise QuakeError(Status.MISSING, f"{PROGRAM} --texts ended with {ending(status)}")
    return [json.loads(line)["nest"] for line in output.splitlines()]


async def sizes(program: Path, most: int) -> list[int]:
    """How many nests have exactly 0, 1, … statements."""
    command = [str(program), f"--size={most}", "--count"]
    status, output = await run_bounded(command, TIMEOUT_SECONDS, with_output=True)
    if status != Status.OK:
        raise QuakeError(Status.MISSING, f"{PROGRAM} --count ended with {ending(status)}")
    return [json.loads(line)["nests"] for line in output.splitlines()]


async def alphabet_of(plan: Plan) -> str:
    """Differs from that of another version if some number means another nest there."""
    small = replace(plan, size=ALPHABET_SIZE)
    end = sum(await sizes(plan.program, ALPHABET_SIZE))
    return short_hash("".join(await texts_of(small, 0, end)))
