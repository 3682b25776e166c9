"""`quake fuzz`: tests itself, runs a campaign, reports what it found, and keeps what it learned."""

import argparse
import asyncio
import secrets
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from stackquake import build, fuzz_report, repository
from stackquake.board import open_board
from stackquake.campaign import Campaign, Plan
from stackquake.casebook import Tools
from stackquake.designs import take_inventory
from stackquake.files import BUILD, ROOT
from stackquake.findings import Settings, Setup
from stackquake.inputs import SEEDS, Inputs, seeds
from stackquake.interrupts import Interrupts, until
from stackquake.libfuzzer import MAX_LENGTH, MUTATORS, Search
from stackquake.reduce import PROGRAM as REDUCER
from stackquake.reduce import reduce_finding
from stackquake.selftest import Planted, check_planted, check_seeds, planted
from stackquake.status import QuakeError, Status
from stackquake.working_corpus import WorkingCorpus, keep_now_and_then

POISONS = ("none", "fill", "asan", "protect")
MAX_SEED = 2**31 - 1
# A process that is killed loses no more than was found in this time.
KEEP_SECONDS = 30.0
# The targets that run nests, on which defects can be planted. Longer nests than these are slow and
# find no more.
NEST_TARGETS = ("nest", "goroutines", "designs")
MAX_NEST_LENGTH = 8192


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--target", default="nest", help="the fuzz target (%(default)s)")
    parser.add_argument("--seconds", type=positive, default=60, help="how long (%(default)s)")
    parser.add_argument(
        "--workers", type=positive, help="fuzzing processes (as many as there are cores)"
    )
    parser.add_argument("--design", default="go1.4", help="the design under test (%(default)s)")
    parser.add_argument(
        "--defect",
        action="append",
        default=[],
        metavar="SLUG",
        help="switch a defect on; repeatable",
    )
    parser.add_argument(
        "--poison", choices=POISONS, default="asan", help="what dead memory gets (%(default)s)"
    )
    parser.add_argument(
        "--mutator",
        choices=MUTATORS,
        default="tree",
        help="how new nests are made: by changing the trees of old ones, each afresh, or by changing"
        " the bytes of old ones (%(default)s)",
    )
    parser.add_argument("--seed", type=positive, help="seed of the first worker (random)")
    parser.add_argument(
        "--corpus", type=Path, metavar="DIR", help="working corpus (build/fuzz-corpus/TARGET)"
    )
    parser.add_argument(
        "--no-seeds", action="store_true", help="start from nothing and keep no working corpus"
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="go on after a finding, until the time is up"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "findings",
        metavar="DIR",
        help="where findings go (findings/)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def positive(text: str) -> int:
    """An option's number, which is also a seed that libFuzzer takes."""
    number = int(text)
    if not 0 < number <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MAX_SEED}")
    return number


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target and fuzzes it."""
    tools = build_tools(arguments.target, verbose=arguments.verbose)
    return fuzz(plan_of(arguments, tools), arguments, planted_for(arguments, tools))


def build_tools(target: str, *, verbose: bool) -> Tools:
    """Builds a target, and the programs that a campaign with it needs."""
    known = targets()
    if target not in known:
        message = f"no target {target!r}; there is {', '.join(known) or 'none'}"
        raise QuakeError(Status.BAD_INPUT, message)
    names = [f"fuzz_{target}", "run_nests", "list_designs", "format_nests"]
    build.ensure("fuzz", [*names, REDUCER], verbose=verbose)
    target_program, runner, lister, formatter = (build.program("fuzz", name) for name in names)
    return Tools(target_program, runner, lister, formatter, reduce_finding)


def targets() -> list[str]:
    """The names of the fuzz targets: each is a file of fuzzers/."""
    return sorted(path.stem for path in (ROOT / "fuzzers").glob("*.cc"))


def planted_for(arguments: argparse.Namespace, tools: Tools) -> list[Planted]:
    """What the target must find before the campaign begins."""
    if arguments.target not in NEST_TARGETS:
        return []
    nests = [str(path) for path in seeds(SEEDS)]
    return planted(take_inventory(tools.lister, nests), arguments.design)


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
    )


def search_of(target: str, mutator: str) -> Search:
    """How a target comes by its inputs. One that does not run nests takes any text."""
    nests = target in NEST_TARGETS
    return Search(
        mutator if nests else "bytes",
        ROOT / "fuzzers" / "nest.dict",
        MAX_NEST_LENGTH if nests else MAX_LENGTH,
    )


def fuzz(plan: Plan, arguments: argparse.Namespace, defects: Sequence[Planted]) -> Status:
    """Runs the campaign in a scratch folder of its own."""
    campaigns = BUILD / "campaigns"
    campaigns.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=campaigns))
    try:
        return asyncio.run(_fuzz(plan, arguments, scratch, defects))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


async def _fuzz(
    plan: Plan, arguments: argparse.Namespace, scratch: Path, defects: Sequence[Planted]
) -> Status:
    inputs = Inputs(scratch)
    if not arguments.no_seeds:
        inputs.add_seeds(seeds())
    bad_seed = await check_seeds(plan, inputs, scratch)
    if bad_seed is not None:
        return fuzz_report.refuse(plan, bad_seed, arguments.json)
    await check_planted(plan, defects)
    corpus = _corpus_of(arguments, plan.tools)
    if corpus is not None:
        inputs.add_learned(corpus.files())
    print(f"quake: fuzzing with {plan.workers} workers, --seed {plan.seed}", file=sys.stderr)
    campaign = Campaign(plan, inputs, scratch)
    campaign.interrupts.listen()
    await _run(campaign, inputs, corpus)
    status = fuzz_report.report(plan, campaign, arguments.json)
    if corpus is not None:
        await _minimise(plan, corpus, inputs, scratch, campaign.interrupts)
    return status


def _corpus_of(arguments: argparse.Namespace, tools: Tools) -> WorkingCorpus | None:
    """The working corpus. An empty start has none, unless a folder is named."""
    formatter = tools.formatter if arguments.target in NEST_TARGETS else None
    if arguments.corpus is not None:
        return WorkingCorpus(Path(arguments.corpus).resolve(), formatter)
    if arguments.no_seeds:
        return None
    return WorkingCorpus(BUILD / "fuzz-corpus" / arguments.target, formatter)


async def _run(campaign: Campaign, inputs: Inputs, corpus: WorkingCorpus | None) -> None:
    """Runs the campaign, and keeps what it learns, however it ends."""
    board = open_board()
    keeping: asyncio.Task[None] | None = None
    if corpus is not None:
        keeping = asyncio.create_task(keep_now_and_then(corpus, inputs.new, KEEP_SECONDS))
    try:
        await campaign.run(board.show)
    finally:
        board.close()
        if corpus is not None and keeping is not None:
            keeping.cancel()
            await asyncio.wait([keeping])
            await corpus.keep(inputs.new)
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
    except asyncio.TimeoutError:
        reason = "it takes too long"
    print(f"quake: the working corpus is not minimised: {reason}", file=sys.stderr)
