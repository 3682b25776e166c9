"""`quake coverage`: which lines of the runtime and the harness the corpus reaches."""

import argparse
import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stackquake import inputs, targets
from stackquake.coverage import needs, profiles
from stackquake.coverage.lines import Region, Source, read_tracefile, unreached
from stackquake.coverage.needs import Need
from stackquake.files import BUILD, ROOT, require_writable, shown
from stackquake.jobs import build
from stackquake.jobs.batch import Batch
from stackquake.jobs.designs import take_inventory
from stackquake.jobs.interrupts import interruptible
from stackquake.jobs.processes import run_bounded
from stackquake.poison import MIXED
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table
from stackquake.verbs.replay import run_all

PRESET = "coverage"
RUNTIME = "runtime_under_test/"
MEASURED = (RUNTIME, "harness/")

# A replay poisons with fill; asan needs another build.
OTHER_POISON = ("none", "protect")

# For all inputs of a campaign: some ten thousand, of which a slow build runs hundreds a second.
REPLAY_SECONDS = 600

DESCRIPTION = (
    "Runs nests on every design, clean and with the defects that they say they find, and prints how"
    " many lines of the runtime and of the harness have run. Then come the lines of the runtime"
    " that have not, with what they would need. With --target, what campaigns of this target have"
    " kept counts as well."
)


@dataclass(frozen=True)
class Measured:
    """The sources that count, and what is unreached in the runtime."""

    sources: list[Source]
    regions: list[Region]
    needs: list[Need]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.description = DESCRIPTION
    option = parser.add_argument
    option("paths", nargs="*", metavar="PATH", help="nests, and folders of nests (the corpus)")
    text = "run the working corpus of this fuzz target, too; repeatable (build/fuzz-corpus/NAME)"
    option("--target", action="append", default=[], metavar="NAME[=DIR]", help=text)
    text = "write a page for each source, with how often each line has run"
    option("--html", type=Path, metavar="DIR", help=text)
    option("--json", action="store_true", help="print the report as one JSON document")


def main(arguments: argparse.Namespace) -> Status:
    """Builds with coverage, runs, and reports."""
    working = [working_corpus(text) for text in arguments.target]
    if arguments.html is not None:
        require_writable(arguments.html, "--html")
    with tempfile.TemporaryDirectory(prefix="quake-coverage-") as scratch:
        folder = Path(scratch)
        programs = _count_nests(arguments, folder)
        for target, corpus in working:
            programs.append(_count_inputs(target, corpus, folder, verbose=arguments.verbose))
        profile = profiles.Profile.merge(folder, programs)
        measured = _measured(profile)
        if arguments.html is not None:
            profile.write_pages(arguments.html.resolve(), ROOT)
    if arguments.json:
        print(json.dumps(document(measured)))
    else:
        _print_report(measured)
        if arguments.html is not None:
            print(f"pages: {shown(arguments.html)}/index.html")
    return Status.OK


def working_corpus(text: str) -> tuple[str, Path]:
    """A target and its corpus, of NAME[=DIR]. Raises QuakeError where one of them is not there."""
    target, _, folder = text.partition("=")
    targets.require(target)
    corpus = Path(folder) if folder else BUILD / "fuzz-corpus" / target
    if not corpus.is_dir():
        raise QuakeError(Status.BAD_INPUT, f"{shown(corpus)}: no campaign has kept inputs there")
    return target, corpus


def _count_nests(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    """Replays nests on every design, and in the poison modes that this build has besides."""
    files = inputs.list_nests(arguments.paths) if arguments.paths else inputs.corpus()
    lister, runner = _built(["list_designs", "run_nests"], arguments.verbose)
    with profiles.counted(folder):
        inventory = take_inventory(lister, files)
        nests = [nest.file for nest in inventory.nests]
        interruptible(run_all(runner, inventory))
        for mode in OTHER_POISON:
            interruptible(Batch(runner, Settings(poison=mode), nests).run(lambda: None))
    return [runner, lister]


def _count_inputs(target: str, corpus: Path, folder: Path, *, verbose: bool) -> Path:
    """Runs the inputs of a working corpus. Gives the program that ran."""
    [program] = _built([f"replay_{target}"], verbose)
    flags = [] if target == "language" else [f"--poison={MIXED}"]
    with profiles.counted(folder):
        try:
            interruptible(run_bounded([str(program), *flags, str(corpus)], REPLAY_SECONDS))
        except TimeoutError:
            message = f"{shown(corpus)} takes longer than {REPLAY_SECONDS} s"
            raise QuakeError(Status.MISSING, message) from None
    return program


def _built(names: Sequence[str], verbose: bool) -> list[Path]:
    build.ensure(PRESET, names, verbose=verbose)
    return [build.program(PRESET, name) for name in names]


def _measured(profile: profiles.Profile) -> Measured:
    sources = read_tracefile(profile.tracefile(), ROOT)
    counted = [source for source in sources if source.file.startswith(MEASURED)]
    runtime = [source for source in counted if source.file.startswith(RUNTIME)]
    return Measured(counted, unreached(runtime, profiles.demangled), needs.read())


def rooms(sources: Sequence[Source]) -> dict[str, tuple[int, int]]:
    """How many lines have run, and how many there are, by folder; the runtime is one."""
    counts: dict[str, tuple[int, int]] = {}
    for source in sources:
        room = RUNTIME if source.file.startswith(RUNTIME) else str(Path(source.file).parent) + "/"
        reached, lines = counts.get(room, (0, 0))
        counts[room] = (reached + source.reached, lines + len(source.counts))
    return dict(sorted(counts.items(), key=lambda item: (item[0] != RUNTIME, item[0])))


def document(measured: Measured) -> dict[str, Any]:
    """What --json prints."""
    return {
        "rooms": {
            room: {"reached": reached, "lines": lines}
            for room, (reached, lines) in rooms(measured.sources).items()
        },
        "unreached": [
            {**asdict(region), "needs": needs.need_of(region, measured.needs)}
            for region in measured.regions
        ],
    }


def _print_report(measured: Measured) -> None:
    counts = rooms(measured.sources)
    rows = table("room", "lines", "reached", "share")
    for room, (reached, lines) in counts.items():
        rows.add_row(cell(room), str(lines), str(reached), _share(reached, lines))
    print_table(rows)
    print("\nnot reached in the runtime, by what would reach it:")
    for need, regions in _by_need(measured).items():
        print(f"\n{need or 'not explained yet'}:")
        for region in regions:
            print(f"  {region.place}: {region.function}")
    for entry in needs.outdated(measured.regions, measured.needs):
        print(f"reached, but still in {needs.FILE.name}: {entry.function} of {entry.file}")
    if RUNTIME in counts:
        reached, lines = counts[RUNTIME]
        print(f"\nof the runtime's {lines} lines, {reached} have run: {_share(reached, lines)}")


def _by_need(measured: Measured) -> dict[str, list[Region]]:
    """The unreached regions by what they need; those that nobody has explained come first."""
    groups: dict[str, list[Region]] = {"": []}
    for region in measured.regions:
        groups.setdefault(needs.need_of(region, measured.needs), []).append(region)
    return {need: regions for need, regions in groups.items() if regions}


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
