"""The lanes of a night: which fuzz targets run on which designs, and with which programs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake import targets
from stackquake.campaign.campaign import Plan
from stackquake.campaign.casebook import Tools
from stackquake.campaign.tools import build_tools, search_of
from stackquake.campaign.working_corpus import WorkingCorpus
from stackquake.files import BUILD
from stackquake.findings import known
from stackquake.findings.finding import Setup
from stackquake.inputs import SEEDS, Inputs, seeds
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.jobs.scratch import Scratch, open_scratch
from stackquake.nightly.night import Work
from stackquake.nightly.shares import Lane
from stackquake.poison import MIXED
from stackquake.series import seed_of
from stackquake.settings import Settings

# These run on each design. The others run on one, which must have no mistakes built in: they would
# show the mistakes with every input.
ON_EACH_DESIGN = targets.NESTS_ON_ONE_DESIGN


@dataclass(frozen=True)
class Programs:
    """What the lanes run, built before the night begins."""

    tools: dict[str, Tools]  # by target
    inventory: Inventory

    @property
    def asan_runner(self) -> Path:
        """run_nests of the build that also has AddressSanitizer."""
        return self.tools[ON_EACH_DESIGN[0]].runner


def build(designs: Sequence[str], names: Sequence[str], *, verbose: bool) -> Programs:
    """Builds the targets. Raises QuakeError for a design that is not there."""
    tools = {name: build_tools(name, verbose=verbose) for name in names}
    lister = next(iter(tools.values())).lister
    inventory = take_inventory(lister, [str(path) for path in seeds(SEEDS)])
    inventory.only(designs)  # raises where one is not there
    return Programs(tools, inventory)


def lanes(designs: Sequence[str], programs: Programs) -> list[Lane]:
    """Each target on its designs; none for a target that none of the designs suits."""
    sound = [name for name in designs if not programs.inventory.design(name).built_in]
    return [
        Lane(target, design)
        for design in designs
        for target in sorted(programs.tools)
        if target in ON_EACH_DESIGN or design in sound[:1]
    ]


def has_mistakes(lane: Lane, programs: Programs) -> bool:
    """Whether the lane would fail on its seeds, because mistakes are built into its design."""
    return bool(programs.inventory.design(lane.design).built_in)


@contextlib.contextmanager
def open_lane(
    programs: Programs, lane: Lane, learned: WorkingCorpus | None = None
) -> Iterator[tuple[Scratch, Inputs]]:
    """A scratch folder for the lane, with its seeds and with what it has learned."""
    with open_scratch(BUILD / "campaigns") as scratch:
        inputs = Inputs(scratch.path)
        if not has_mistakes(lane, programs):
            inputs.add_seeds(seeds())
        if learned is not None:
            inputs.add_learned(learned.files())
        yield scratch, inputs


def plan_of(work: Work, programs: Programs, lane: Lane, number: int, seconds: float) -> Plan:
    """The campaign of a lane; `number` is that of the lane in the night."""
    return Plan(
        setup=Setup(lane.target, work.night.version, Settings(lane.design, (), MIXED)),
        tools=programs.tools[lane.target],
        search=search_of(lane.target, "tree"),
        seconds=seconds,
        workers=work.workers,
        seed=seed_of(work.night.seed, number),
        keep_going=True,
        findings=work.state.findings.resolve(),
        known=known.table(work.known),
    )


def corpus_of(work: Work, programs: Programs, lane: Lane) -> WorkingCorpus:
    """The inputs that the lane keeps from night to night."""
    tools = programs.tools[lane.target]
    formatter = tools.formatter if targets.runs_nests(lane.target) else None
    return WorkingCorpus(work.state.corpus(lane.target, lane.design).resolve(), formatter)
