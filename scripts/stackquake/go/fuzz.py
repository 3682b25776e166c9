"""`quake go fuzz`: makes nests, runs them on real Go toolchains, and keeps what Go does otherwise.

Nests are made in batches from one seed. A seed and a number make the same nest everywhere. What
has been done is written to OUT/progress.json after every batch, so that the same command goes on
where it ended, however that was.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from stackquake.files import ROOT, shown
from stackquake.findings import folder
from stackquake.go import command, making
from stackquake.go.campaign import SLOW, UNSTEADY, Campaign, Plan
from stackquake.go.making import MADE_FOR_ONE, PROFILES, TURNS, Generator, Maker, Selector
from stackquake.go.progress import Progress
from stackquake.jobs.children import Interrupted
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

# How long a campaign takes if the user names neither a time nor a number of nests. Picked, not
# measured: as long as a campaign of `quake fuzz`.
SECONDS = 60
REACHED = "reached"  # the folder of nests that --select has taken


def parser() -> argparse.ArgumentParser:
    """The options of `quake go fuzz`."""
    whole = argparse.ArgumentParser(
        prog="quake go fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = whole.add_argument
    add("--seconds", type=command.positive, help="how long (60, if there is no --count either)")
    add("--count", type=command.positive, help="end after so many nests made")
    add("--seed", type=command.positive, help="of the campaign (random)")
    add("--out", type=Path, default=ROOT / "findings" / "go", metavar="DIR", help="(findings/go)")
    text = "what nests have most of (turns): `records`: deferred calls and panics; `compiler`:"
    text += "\nvalues that live over calls and branches; `turns`: each in turn"
    add("--profile", choices=(TURNS, *PROFILES), default=TURNS, help=text)
    add("--goroutines", action="store_true", help="make nests with several goroutines")
    text = "run only nests that reach something new in the reference runtime"
    add("--select", action="store_true", help=text)
    text = "go on after a finding, and reduce what was found at the end"
    add("--keep-going", action="store_true", help=text)
    command.add_variant_arguments(whole)
    return whole


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb."""
    options = parser().parse_args(arguments)
    if options.seconds is None and options.count is None:
        options.seconds = SECONDS
    variants = command.variants_of(options)
    making.ensure_programs(select=options.select)
    maker, batch = _maker(options)
    plan = Plan(batch, options.count, options.seconds, options.keep_going)
    comparer = command.comparer_of(options)
    with _alone_in(options.out):
        folder.repair(options.out)
        progress = Progress.load(options.out, options.seed)
        campaign = Campaign(plan, variants, comparer, maker, progress, options.out)
        print(f"quake: --seed {progress.seed}, {printable(shown(options.out))}", file=sys.stderr)
        _run(campaign)
    if options.json:
        print(json.dumps(asdict(progress), indent=1))
    else:
        _print(progress, options.out)
    return Status.FOUND if campaign.new else Status.OK


def _maker(options: argparse.Namespace) -> tuple[Maker, int]:
    """What makes nests, and how many it is to make for a batch."""
    generator = Generator(options.goroutines, options.profile)
    if not options.select:
        return generator, options.batch
    return Selector(generator, options.out / REACHED), options.batch * MADE_FOR_ONE


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Raises QuakeError while another campaign has the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another campaign works in {shown(folder)}; name another folder with --out"
            raise QuakeError(Status.BAD_INPUT, message) from None
        yield


def _run(campaign: Campaign) -> None:
    """Runs the campaign to its end, or until a signal ends it."""
    try:
        campaign.run()
    except Interrupted:
        print("quake: interrupted; the same command continues it", file=sys.stderr)


def _print(progress: Progress, out: Path) -> None:
    """Tells of all that has been done in the folder."""
    for key, one in progress.findings.items():
        known = " (known)" if one["known"] else ""
        print(f"{key}{known}\n  {one['times']} times, first after {one['nests']:,} nests")
        print(f"  found by profile {_counts(one['profiles'])}")
    print(f"nests by profile: {_counts(progress.profiles) or 'none'}")
    print(f"expected: {_counts(progress.outcomes) or 'nothing'}")
    print(f"not compared: {_counts(progress.skipped) or 'none'}")
    if progress.unsteady:
        print(f"wrong only at times: {progress.unsteady}, in {printable(shown(out / UNSTEADY))}")
    if progress.slow:
        print(f"too slow to be compared: {progress.slow}, in {printable(shown(out / SLOW))}")
    if progress.left_out:
        print(f"not looked at, as too many were alike: {progress.left_out:,}")
    print(f"{progress.generated:,} nests made in {progress.seconds:.0f} s")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
