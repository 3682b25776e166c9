"""`quake import`: what other engines and services have found becomes findings with stories."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stackquake import repository, targets
from stackquake.campaign.tools import build_tools
from stackquake.engines.binaries import binaries
from stackquake.engines.importing import Imported, Importer, Verdict, setup_of, told
from stackquake.engines.inputs import FoundInput, found_inputs
from stackquake.engines.origin import Origin, origin_of
from stackquake.files import BUILD, require_writable
from stackquake.findings import folder, known
from stackquake.jobs import build
from stackquake.jobs.designs import Inventory, take_inventory
from stackquake.jobs.interrupts import Interrupts
from stackquake.jobs.progress import Ticker
from stackquake.jobs.scratch import open_scratch
from stackquake.printable import json_name
from stackquake.status import Status
from stackquake.verbs.places import add_places

EPILOG = """\
A FILE is an input, or a zip archive of inputs. Of a folder those files are taken that AFL++,
libFuzzer or ClusterFuzz writes for a finding; if it has none of these, all its files. For which
program an input was, its name or its folder's name says, as fuzz_nest_go1_4; what AFL++ has
written down beside it; or --target and --design.

Exit status: 0 nothing new, 1 a new finding, 2 bad usage, or an input that cannot be read or placed,
3 something is missing, did not work, or could not be written.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    option = parser.add_argument
    text = "what an engine has found: inputs, archives of inputs, folders"
    option("paths", nargs="+", type=Path, metavar="FILE", help=text)
    option("--target", help="the fuzz target that the inputs are for")
    option("--design", help="the design on which they were found")
    add_places(parser)
    option("--json", action="store_true", help="print the report as one JSON document")


def main(arguments: argparse.Namespace) -> Status:
    """Builds the targets that the inputs are for, and imports them."""
    inputs = found_inputs(arguments.paths)
    require_writable(arguments.out, "--out")
    if arguments.target is not None:
        targets.require(arguments.target)
    build.ensure("fuzz", ["list_designs"], verbose=arguments.verbose)
    inventory = take_inventory(build.program("fuzz", "list_designs"), [])
    groups = by_origin(inputs, inventory, arguments)
    folder.repair(arguments.out)
    return import_groups(groups, arguments)


def by_origin(
    inputs: Sequence[FoundInput], inventory: Inventory, arguments: argparse.Namespace
) -> dict[Origin, list[FoundInput]]:
    """The inputs of each target and design."""
    inventory.only([arguments.design] if arguments.design else [])  # says if there is no such one
    programs = binaries(inventory)
    groups: dict[Origin, list[FoundInput]] = {}
    for one in inputs:
        origin = origin_of(one.place, programs, arguments.target, arguments.design)
        targets.require(origin.target)
        groups.setdefault(origin, []).append(one)
    return groups


def import_groups(
    groups: dict[Origin, list[FoundInput]], arguments: argparse.Namespace
) -> Status:
    """Imports group after group, and reports all of it."""
    tools = {
        target: build_tools(target, verbose=arguments.verbose)
        for target in dict.fromkeys(origin.target for origin in groups)
    }
    interrupts = Interrupts()
    with open_scratch(BUILD / "campaigns") as scratch:
        importers = [
            Importer(
                setup_of(origin.target, origin.design, repository.version()),
                tools[origin.target],
                arguments.out.resolve(),
                scratch,
                interrupts,
                known.table(arguments.known),
            )
            for origin in groups
        ]
        asyncio.run(_run(list(zip(importers, groups.values())), interrupts))
    done = [one for importer in importers for one in importer.done]
    problems = [problem for importer in importers for problem in importer.problems]
    status = report(done, problems, arguments.json)
    if interrupts.number is not None:
        print("quake: interrupted", file=sys.stderr)
        if status == Status.OK:
            raise SystemExit(128 + interrupts.number)
    return status


async def _run(
    work: Sequence[tuple[Importer, list[FoundInput]]], interrupts: Interrupts
) -> None:
    interrupts.listen()
    total = sum(len(inputs) for _, inputs in work)
    with Ticker("importing") as ticker:

        def step() -> None:
            ticker.step(str(sum(len(importer.done) for importer, _ in work)), str(total))

        for importer, inputs in work:
            if not interrupts.first.is_set():
                await importer.run(inputs, step)


def report(done: Sequence[Imported], problems: Sequence[str], as_json: bool) -> Status:
    """Prints what became of each input, and tells the status that it makes."""
    if as_json:
        print(json.dumps({"inputs": [document(one) for one in done], "problems": list(problems)}))
    else:
        for one in done:
            print(told(one))
        counts = {verdict: sum(one.verdict is verdict for one in done) for verdict in Verdict}
        print(
            f"inputs: {len(done)}; "
            + ", ".join(f"{verdict.value}: {count}" for verdict, count in counts.items())
        )
    for problem in problems:
        print(f"quake: {problem}", file=sys.stderr)
    if problems:
        return Status.MISSING
    is_new = any(one.verdict is Verdict.NEW for one in done)
    return Status.FOUND if is_new else Status.OK


def document(one: Imported) -> dict[str, Any]:
    """What --json prints of an input."""
    file = one.file or (one.finding.file if one.finding else None)
    return {
        **json_name(str(one.place)),
        "target": one.setup.target,
        "design": one.setup.settings.design,
        "verdict": one.verdict.value,
        "signature": one.finding.violation.signature if one.finding else None,
        "known": one.known,
        "finding": str(file.parent) if file else None,
    }
