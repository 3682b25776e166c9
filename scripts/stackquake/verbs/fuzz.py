"""`quake fuzz`: tests itself, runs a campaign, reports what it found, and keeps what it learned."""

import argparse
import asyncio
import secrets
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from stackquake import poison, repository, targets
from stackquake.campaign import report
from stackquake.campaign.board import open_board
from stackquake.campaign.campaign import Campaign, Plan
from stackquake.campaign.casebook import Tools
from stackquake.campaign.selftest import Planted, check_planted, check_seeds, planted
from stackquake.campaign.tools import build_tools, search_of
from stackquake.campaign.working_corpus import Keeper, WorkingCorpus
from stackquake.files import BUILD, reason_of, require_writable, shown
from stackquake.findings import folder, known
from stackquake.findings.finding import Finding, Setup
from stackquake.inputs import SEEDS, Inputs, seeds
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.jobs.interrupts import Interrupts, until
from stackquake.jobs.libfuzzer import MUTATORS
from stackquake.jobs.scratch import Scratch, open_scratch
from stackquake.series import MAX_SEED, positive
from stackquake.settings import DEFAULT_DESIGN, Settings
from stackquake.status import QuakeError, Status
from stackquake.verbs.places import add_places

# How long a campaign takes unless the user says so. Picked, not measured: short enough to wait for.
SECONDS = 60
# How often new inputs are added to the working corpus. A campaign that is killed loses what it has
# learned since the last time.
KEEP_SECONDS = 30.0


EPILOG = """\
Ctrl-C ends the fuzzing. What has been found is reported, with the exit status that it would have
had at the end of the time. A second Ctrl-C also skips minimising the working corpus. SIGTERM and
SIGHUP do both at once. Before the fuzzing begins, each ends the command, with status 130, 143, 129.

Exit status: 0 nothing new found, 1 a finding or a seed that fails, 2 bad usage, 3 something is
missing, did not work, or could not be written; the report says what, and where the only copy is.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    _add_search(parser)
    _add_places(parser)
    _add_reports(parser)


def _add_search(parser: argparse.ArgumentParser) -> None:
    """What is fuzzed, and how."""
    option = parser.add_argument
    option("--target", default="nest", help="the fuzz target (default: %(default)s)")
    text = "how long to fuzz (default: %(default)s)"
    option("--seconds", type=positive, default=SECONDS, help=text)
    option("--workers", type=positive, help="fuzzing processes (default: one per core)")
    text = "the design under test (default: %(default)s)"
    option("--design", default=DEFAULT_DESIGN, help=text)
    option(
        "--defect",
        action="append",
        default=[],
        metavar="SLUG",
        help="a defect to switch on; may be given several times; `quake defects` lists them",
    )
    option(
        "--poison",
        choices=poison.CHOICES,
        default=poison.MIXED,
        help="how dead memory is marked; `mixed` gives each input one of the others"
        " (default: %(default)s)",
    )
    option(
        "--mutator",
        choices=MUTATORS,
        default="tree",
        help="how a new nest is made: `tree` changes the syntax tree of an earlier nest, `generate`"
        " makes one from nothing, `bytes` changes the bytes of an earlier one"
        " (default: %(default)s)",
    )
    option("--seed", type=positive, help="from which those of the workers come (default: random)")
    option("--keep-going", action="store_true", help="go on after a finding until the time is up")


def _add_places(parser: argparse.ArgumentParser) -> None:
    """Where inputs come from, and where what is found goes."""
    option = parser.add_argument
    option(
        "--corpus",
        type=Path,
        metavar="DIR",
        help="the working corpus: inputs from earlier campaigns, to which this one adds"
        " (default: build/fuzz-corpus/TARGET)",
    )
    option(
        "--no-seeds",
        action="store_true",
        help="start without inputs; uses a working corpus only if --corpus names one",
    )
    add_places(parser)


def _add_reports(parser: argparse.ArgumentParser) -> None:
    """What is printed."""
    option = parser.add_argument
    option(
        "--situations",
        action="store_true",
        help="also print how often each situation occurred, such as a copy during a panic",
    )
    option("--json", action="store_true", help="print the report as one JSON document")


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target and fuzzes it."""
    check_folders(arguments)
    folder.repair(arguments.out)
    tools = build_tools(arguments.target, verbose=arguments.verbose)
    inventory = take_inventory(tools.lister, [str(path) for path in seeds(SEEDS)])
    check_settings(arguments, inventory)
    if wrong_without_defects(arguments, inventory) and not arguments.no_seeds:
        print(f"quake: {arguments.design} fails on its seeds: starting without", file=sys.stderr)
        arguments.no_seeds = True
    return fuzz(plan_of(arguments, tools), arguments, planted_for(arguments, inventory))


def check_folders(arguments: argparse.Namespace) -> None:
    """Raises QuakeError where nothing could be written: better now than after hours."""
    require_writable(arguments.out, "--out")
    corpus = corpus_folder(arguments)
    if corpus is not None:
        require_writable(corpus, "--corpus")
    require_writable(BUILD / "campaigns", "the folder of campaigns")


def check_settings(arguments: argparse.Namespace, inventory: Inventory) -> None:
    """Raises QuakeError where there is no such design, or no such switch in it."""
    switches = [defect.slug for defect in inventory.only([arguments.design]).defects]
    for slug in arguments.defect:
        if slug not in switches:
            message = f"no defect {slug} of {arguments.design}; `scripts/quake defects` lists them"
            raise QuakeError(Status.BAD_INPUT, message)


def wrong_without_defects(arguments: argparse.Namespace, inventory: Inventory) -> bool:
    """Whether the design has defects built in that the target's seeds show.

    The target of all designs knows what to expect of those.
    """
    one_design = arguments.target in targets.NESTS_ON_ONE_DESIGN
    return one_design and bool(inventory.design(arguments.design).built_in)


def planted_for(arguments: argparse.Namespace, inventory: Inventory) -> list[Planted]:
    """What the target must find before the campaign begins."""
    if not targets.runs_nests(arguments.target):
        return []
    return planted(inventory, arguments.design)


def plan_of(arguments: argparse.Namespace, tools: Tools) -> Plan:
    """The campaign that the options ask for."""
    settings = Settings(arguments.design, tuple(arguments.defect), arguments.poison)
    return Plan(
        setup=Setup(arguments.target, repository.version(), settings),
        tools=tools,
        search=search_of(arguments.target, arguments.mutator),
        seconds=arguments.seconds,
        workers=arguments.workers or build.cores(),
        seed=arguments.seed or 1 + secrets.randbelow(MAX_SEED),
        keep_going=arguments.keep_going,
        findings=arguments.out.resolve(),
        known=known.table(arguments.known),
    )


def fuzz(plan: Plan, arguments: argparse.Namespace, defects: Sequence[Planted]) -> Status:
    """Runs the campaign in a scratch folder of its own."""
    interrupts = Interrupts()
    with open_scratch(BUILD / "campaigns") as scratch:
        status = asyncio.run(_fuzz(plan, arguments, scratch, defects, interrupts))
    if status is None:
        print("quake: interrupted before the fuzzing began", file=sys.stderr)
        raise SystemExit(128 + (interrupts.number or signal.SIGINT))
    return status


async def _fuzz(
    plan: Plan,
    arguments: argparse.Namespace,
    scratch: Scratch,
    defects: Sequence[Planted],
    interrupts: Interrupts,
) -> Status | None:
    """The campaign's exit status; None if it was interrupted before it began."""
    interrupts.listen()
    inputs = Inputs(scratch.path)
    testing = asyncio.create_task(_test(plan, arguments, inputs, scratch, defects))
    if not await until(interrupts.first, testing, None):
        return None
    bad_seed = testing.result()
    if bad_seed is not None:
        return report.refuse(plan, bad_seed, arguments.json)
    corpus = _corpus_of(arguments, plan.tools)
    if corpus is not None:
        _add_learned(inputs, corpus)
    plan = _with_room_for(plan, inputs)
    print(f"quake: fuzzing with {plan.workers} workers, --seed {plan.seed}", file=sys.stderr)
    campaign = Campaign(plan, inputs, scratch, interrupts)
    keeper = Keeper(corpus, inputs.new) if corpus is not None else None
    await _run(campaign, keeper)
    if keeper is not None and keeper.problem is not None:
        scratch.keep(inputs.new)
        campaign.problems.append(keeper.problem)
    status = report.report(plan, campaign, arguments.json, arguments.situations)
    interrupts.settled = True
    if corpus is not None and keeper is not None and keeper.problem is None:
        await _minimise(plan, corpus, inputs, scratch.path, interrupts)
    return status


async def _test(
    plan: Plan,
    arguments: argparse.Namespace,
    inputs: Inputs,
    scratch: Scratch,
    defects: Sequence[Planted],
) -> Finding | None:
    """The self-test; returns the first bad seed, if any. Raises QuakeError if the target sees too
    little to fuzz with it."""
    if not arguments.no_seeds:
        inputs.add_seeds(seeds())
    bad_seed = await check_seeds(plan, inputs, scratch.path)
    if bad_seed is None:
        await check_planted(plan, defects)
    return bad_seed


def _add_learned(inputs: Inputs, corpus: WorkingCorpus) -> None:
    """Takes what earlier campaigns have learned, as far as it can be read."""
    try:
        inputs.add_learned(corpus.files())
    except OSError as error:
        _warn(f"{shown(corpus.folder)} cannot be read: {reason_of(error)}")
    if inputs.unreadable:
        first, count = inputs.unreadable[0], len(inputs.unreadable)
        others = f" and {count - 1} more" if count > 1 else ""
        _warn(f"{shown(first)}{others} cannot be read: fuzzing without")


def _warn(text: str) -> None:
    print(f"quake: warning: {text}", file=sys.stderr)


def _with_room_for(plan: Plan, inputs: Inputs) -> Plan:
    """The plan with inputs as long as the longest that there are: libFuzzer would cut them."""
    length = max(plan.search.max_length, inputs.longest)
    return replace(plan, search=replace(plan.search, max_length=length))


def corpus_folder(arguments: argparse.Namespace) -> Path | None:
    """Where the working corpus is. An empty start has none, unless a folder is named."""
    if arguments.corpus is not None:
        return Path(arguments.corpus).resolve()
    return None if arguments.no_seeds else BUILD / "fuzz-corpus" / arguments.target


def _corpus_of(arguments: argparse.Namespace, tools: Tools) -> WorkingCorpus | None:
    folder = corpus_folder(arguments)
    formatter = tools.formatter if targets.runs_nests(arguments.target) else None
    return WorkingCorpus(folder, formatter) if folder is not None else None


async def _run(campaign: Campaign, keeper: Keeper | None) -> None:
    """Runs the campaign, and keeps what it learns, however it ends."""
    board = open_board()
    keeping: asyncio.Task[None] | None = None
    if keeper is not None:
        keeping = asyncio.create_task(keeper.keep_now_and_then(KEEP_SECONDS))
    try:
        await campaign.run(board.show)
    finally:
        board.close()
        if keeper is not None and keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping])
            await keeper.keep()
    if campaign.interrupts.first.is_set():
        print("quake: interrupted", file=sys.stderr)


async def _minimise(
    plan: Plan, corpus: WorkingCorpus, inputs: Inputs, scratch: Path, interrupts: Interrupts
) -> None:
    """Nothing that fails here is a reason to lose a campaign: the corpus is only larger then."""
    print("quake: minimising the working corpus, Ctrl-C skips it", file=sys.stderr)
    settings = plan.setup.settings.without_defects()
    target = [str(plan.tools.target), *settings.flags(), *plan.search.flags()]

    async def minimise() -> None:
        before, after = await corpus.minimise(target, inputs.seeds, scratch)
        print(f"quake: {after} of {before} inputs kept", file=sys.stderr)

    reason = "interrupted"
    try:
        if await until(interrupts.second, asyncio.create_task(minimise()), None):
            return
    except QuakeError as error:
        reason = str(error)
    except TimeoutError:
        reason = "it takes too long"
    except OSError as error:
        reason = reason_of(error)
    print(f"quake: the working corpus is not minimised: {reason}", file=sys.stderr)
