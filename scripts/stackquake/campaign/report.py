"""What `quake fuzz` tells of a campaign at its end."""

import json
import sys
from dataclasses import replace
from typing import Any

from stackquake.campaign.campaign import Campaign, Plan, Snapshot
from stackquake.campaign.situations import Situations, warnings
from stackquake.files import shown
from stackquake.findings.finding import Finding, command_for
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table
from stackquake.targets import may_read_nests


def refuse(plan: Plan, bad_seed: Finding, as_json: bool) -> Status:
    """A design that fails on its seeds as it is gives a campaign nothing to find."""
    file = bad_seed.file
    print(f"quake: not fuzzing, a seed fails: {bad_seed.violation.signature}", file=sys.stderr)
    if file is not None:
        setup = replace(plan.setup, settings=plan.setup.settings.without_defects())
        print(f"  {shown(file)}\n  {command_for(bad_seed, setup, file)}", file=sys.stderr)
    if as_json:
        print(json.dumps(document(plan, Snapshot(), [bad_seed], Situations(), [])))
    return Status.FOUND


def report(plan: Plan, campaign: Campaign, as_json: bool, with_situations: bool) -> Status:
    """Prints all that is known, and tells the status that it makes.

    What went wrong on this machine counts for more than a finding: the report is not the whole
    truth then.
    """
    snapshot, situations = campaign.snapshot(), campaign.situations()
    findings = list(campaign.findings.values())
    if as_json:
        whole = document(plan, snapshot, findings, situations, campaign.problems)
        print(json.dumps(whole), flush=True)
    else:
        _print_findings(plan, snapshot, findings)
        _print_situations(plan.setup.target, situations, with_situations)
    for warning in warnings(situations, snapshot.seconds):
        print(f"quake: warning: {warning}", file=sys.stderr)
    for problem in campaign.problems:
        print(f"quake: {problem}", file=sys.stderr)
    if campaign.problems:
        return Status.MISSING
    if any(finding.known is None for finding in findings):
        return Status.FOUND
    if snapshot.executions == 0 and not campaign.interrupts.first.is_set():
        raise QuakeError(Status.MISSING, "the fuzzer did nothing: not one execution")
    return Status.OK


def _print_findings(plan: Plan, snapshot: Snapshot, findings: list[Finding]) -> None:
    for finding in findings:
        known = f" (known: {finding.known})" if finding.known else ""
        print(f"{finding.violation.signature}{known}\n  {finding.violation.message}")
        print(
            f"  found after {finding.executions:,} executions, {finding.seconds:.1f} s;"
            f" shown again by {finding.reproduced} of {finding.replays} replays"
        )
        if finding.original is not None:
            print(f"  reduced from {len(finding.original):,} bytes to {len(finding.nest):,}")
        if finding.file is not None:
            print(f"  {shown(finding.file)}\n  {command_for(finding, plan.setup, finding.file)}")
    # A campaign that ends before its seeds have all been run has not heard of any edges.
    edges = f", {snapshot.edges:,} edges" if snapshot.edges else ""
    print(
        f"{snapshot.executions:,} executions in {snapshot.seconds:.0f} s{edges};"
        f" findings: {len(findings)}, repeats: {snapshot.repeats}",
        flush=True,
    )


def _print_situations(target: str, situations: Situations, with_table: bool) -> None:
    """The part of nests where that says something, and each situation if asked for."""
    if situations.told and may_read_nests(target):
        print(f"nests: {situations.valid:,} of {situations.executions:,} inputs", flush=True)
    if not with_table:
        return
    rows = table("situation", "times")
    for name, count in situations.counts.items():
        rows.add_row(cell(name), cell(f"{count:,}", alarming=count == 0))
    print_table(rows)


def document(
    plan: Plan,
    snapshot: Snapshot,
    findings: list[Finding],
    situations: Situations,
    problems: list[str],
) -> dict[str, Any]:
    """What --json prints."""
    return {
        "target": plan.setup.target,
        "design": plan.setup.settings.design,
        "defects": list(plan.setup.settings.defects),
        "poison": plan.setup.settings.poison,
        "mutator": plan.search.mutator,
        "executions": snapshot.executions,
        "seconds": round(snapshot.seconds, 3),
        "edges": snapshot.edges,
        "features": snapshot.features,
        "compared_runs": snapshot.compared_runs,
        "valid": situations.valid,
        "rejected": situations.rejected,
        "situations": situations.counts,
        "findings": [
            {
                "check": finding.violation.check,
                "signature": finding.violation.signature,
                "file": str(finding.file) if finding.file is not None else None,
                "poison": finding.poison,
                "known": finding.known,
                "reduced": finding.original is not None,
                "reproduced": finding.reproduced,
                "replays": finding.replays,
                "times_seen": finding.times_seen,
                "executions_to_find": finding.executions,
                "seconds_to_find": round(finding.seconds, 3),
            }
            for finding in findings
        ],
        "problems": problems,
    }
