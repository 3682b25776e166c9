"""`quake fuzz`: checks the seeds, runs a campaign, and reports what it found."""

import argparse
import asyncio
import json
import secrets
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from stackquake import build, repository
from stackquake.board import open_board
from stackquake.campaign import Campaign, Plan, Snapshot, check_seeds
from stackquake.files import BUILD, ROOT, shown
from stackquake.findings import Finding, Settings, Setup, replay_command
from stackquake.inputs import Inputs, corpus_files, seeds
from stackquake.status import QuakeError, Status

POISONS = ("none", "fill", "asan", "protect")
MAX_SEED = 2**31 - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    parser.add_argument("--target", default="nest", help="the fuzz target (%(default)s)")
    parser.add_argument("--seconds", type=_positive, default=60, help="how long (%(default)s)")
    parser.add_argument(
        "--workers", type=_positive, help="fuzzing processes (as many as there are cores)"
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
    parser.add_argument("--seed", type=_positive, help="seed of the first worker (random)")
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
        "--findings", type=Path, default=ROOT / "findings", metavar="DIR", help="(findings/)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def _positive(text: str) -> int:
    number = int(text)
    if not 0 < number <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"{text} is not between 1 and {MAX_SEED}")
    return number


def main(arguments: argparse.Namespace) -> Status:
    """Builds the target and fuzzes it."""
    known = targets()
    if arguments.target not in known:
        raise QuakeError(
            Status.BAD_INPUT,
            f"no target {arguments.target!r}; there is {', '.join(known) or 'none'}",
        )
    name = f"fuzz_{arguments.target}"
    build.ensure("fuzz", [name], verbose=arguments.verbose)
    return fuzz(plan_of(arguments, build.program("fuzz", name)), arguments)


def targets() -> list[str]:
    """The names of the fuzz targets: each is a file of fuzzers/."""
    return sorted(path.stem for path in (ROOT / "fuzzers").glob("*.cc"))


def plan_of(arguments: argparse.Namespace, program: Path) -> Plan:
    """The campaign that the options ask for."""
    settings = Settings(arguments.design, tuple(arguments.defect), arguments.poison)
    return Plan(
        setup=Setup(arguments.target, repository.version(), settings),
        program=program,
        seconds=arguments.seconds,
        workers=arguments.workers or build.cores(),
        seed=arguments.seed or 1 + secrets.randbelow(MAX_SEED),
        keep_going=arguments.keep_going,
        dictionary=ROOT / "fuzzers" / f"{arguments.target}.dict",
        findings=arguments.findings.resolve(),
    )


def fuzz(plan: Plan, arguments: argparse.Namespace) -> Status:
    """Runs the campaign in a scratch folder of its own."""
    campaigns = BUILD / "campaigns"
    campaigns.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=campaigns))
    try:
        return asyncio.run(_fuzz(plan, arguments, scratch))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


async def _fuzz(plan: Plan, arguments: argparse.Namespace, scratch: Path) -> Status:
    corpus = _corpus_of(arguments)
    inputs = Inputs(scratch)
    if not arguments.no_seeds:
        inputs.add(seeds())
    bad_seed = await check_seeds(plan, inputs, scratch)
    if bad_seed is not None:
        return _refuse(plan, bad_seed, arguments.json)
    if corpus is not None:
        inputs.add(corpus_files(corpus))
    print(f"quake: fuzzing with {plan.workers} workers, --seed {plan.seed}", file=sys.stderr)
    campaign = Campaign(plan, inputs, scratch)
    board = open_board()
    try:
        await campaign.run(board.show)
    finally:
        board.close()
        if corpus is not None:
            inputs.keep_new(corpus)
    if campaign.interrupted:
        print("quake: interrupted", file=sys.stderr)
    return _report(plan, campaign, arguments.json)


def _corpus_of(arguments: argparse.Namespace) -> Path | None:
    """The working corpus. An empty start has none, unless a folder is named."""
    if arguments.corpus is not None:
        return Path(arguments.corpus).resolve()
    return None if arguments.no_seeds else BUILD / "fuzz-corpus" / arguments.target


def _refuse(plan: Plan, bad_seed: Finding, as_json: bool) -> Status:
    """A design that fails on its seeds as it is gives a campaign nothing to find."""
    file = bad_seed.file
    print(f"quake: not fuzzing, a seed fails: {bad_seed.violation.signature}", file=sys.stderr)
    if file is not None:
        settings = plan.setup.settings.without_defects()
        print(f"  {shown(file)}\n  {replay_command(settings, file)}", file=sys.stderr)
    if as_json:
        print(json.dumps(document(plan, Snapshot(0, 0, 0, 0, 0, 0, 0), [bad_seed])))
    return Status.FOUND


def _report(plan: Plan, campaign: Campaign, as_json: bool) -> Status:
    snapshot = campaign.snapshot()
    findings = list(campaign.findings.values())
    if as_json:
        print(json.dumps(document(plan, snapshot, findings)))
    else:
        _print_report(plan, snapshot, findings)
    if findings:
        return Status.FOUND
    if snapshot.executions == 0:
        raise QuakeError(Status.MISSING, "the fuzzer did nothing: not one execution")
    return Status.OK


def _print_report(plan: Plan, snapshot: Snapshot, findings: list[Finding]) -> None:
    for finding in findings:
        assert finding.file is not None
        print(f"{finding.violation.signature}\n  {finding.violation.message}")
        print(
            f"  found after {finding.executions:,} executions, {finding.seconds:.1f} s;"
            f" shown again by {finding.reproduced} of {finding.replays} replays"
        )
        print(f"  {shown(finding.file)}\n  {replay_command(plan.setup.settings, finding.file)}")
    print(
        f"{snapshot.executions:,} executions in {snapshot.seconds:.0f} s,"
        f" {snapshot.edges:,} edges; findings: {len(findings)}, repeats: {snapshot.repeats}"
    )


def document(plan: Plan, snapshot: Snapshot, findings: list[Finding]) -> dict[str, Any]:
    """What --json prints."""
    return {
        "target": plan.setup.target,
        "design": plan.setup.settings.design,
        "defects": list(plan.setup.settings.defects),
        "executions": snapshot.executions,
        "seconds": round(snapshot.seconds, 3),
        "edges": snapshot.edges,
        "findings": [
            {
                "check": finding.violation.check,
                "signature": finding.violation.signature,
                "file": str(finding.file),
                "executions_to_find": finding.executions,
                "seconds_to_find": round(finding.seconds, 3),
            }
            for finding in findings
        ],
    }
