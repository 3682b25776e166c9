"""`quake go enumerate`: runs every small nest there is on real Go toolchains.

The nests are those of `quake enumerate`, with the same numbers. Nothing is chosen at random: when
it has ended without a finding, the toolchain behaves as the specification says on all of them, as
far as the specification says anything. What has been done is written to OUT/progress.json after
every batch, so that the same command goes on where it ended.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from stackquake.enumeration.chunk import LARGEST
from stackquake.files import ROOT
from stackquake.findings import folder
from stackquake.go import command, making
from stackquake.go.campaign import Campaign, Plan
from stackquake.go.making import SmallNests
from stackquake.go.progress import VARIANTS, Progress, alone_in, told
from stackquake.go.shard import Shard
from stackquake.go.summary import print_progress
from stackquake.jobs.children import Interrupted
from stackquake.status import Status

# Of the series of all small nests, which have numbers alone.
SERIES = 1


def parser() -> argparse.ArgumentParser:
    """The options of `quake go enumerate`."""
    whole = argparse.ArgumentParser(
        prog="quake go enumerate",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    add = whole.add_argument
    text = "statements that a nest has at most; `quake enumerate --count` tells how many\nnests"
    add("--size", type=_size, required=True, metavar="K", help=text + " there are")
    add("--seconds", type=command.positive, help="stop after this time; the same command goes on")
    text = "run only the nests of this shard, from 1/N to N/N"
    add("--shard", type=Shard.of, metavar="I/N", help=text)
    add("--out", type=Path, metavar="DIR", help="(findings/go-small-K, or …-I-of-N)")
    command.add_variant_arguments(whole)
    return whole


def _size(text: str) -> int:
    number = int(text)
    if not 0 <= number <= LARGEST:
        raise argparse.ArgumentTypeError(f"{text} is not between 0 and {LARGEST}")
    return number


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb."""
    options = parser().parse_args(arguments)
    out = options.out or _folder_of(options.size, options.shard)
    variants = command.variants_of(options)
    making.ensure_programs(select=False)
    maker = SmallNests(options.size)
    count = maker.count()
    comparer = command.comparer_of(options)
    with alone_in(out):
        folder.repair(out)
        settings = {"size": options.size, VARIANTS: [variant.identity for variant in variants]}
        progress = Progress.load(out, SERIES, options.shard or Shard(), settings)
        plan = Plan(options.batch, count, options.seconds, keep_going=True)
        campaign = Campaign(plan, variants, comparer, maker, progress, out)
        print(f"quake: {count:,} nests, {told(out)}", file=sys.stderr)
        try:
            campaign.run()
        except Interrupted:
            print("quake: interrupted; the same command continues it", file=sys.stderr)
    if options.json:
        print(json.dumps(asdict(progress), indent=1))
    else:
        print_progress(progress, out)
        print("\n".join(sentences(progress, options.size, count)))
    return Status.FOUND if campaign.new else Status.OK


def _folder_of(size: int, shard: Shard | None) -> Path:
    """Where the nests of a size are run if the user names no folder."""
    part = "" if shard is None else f"-{shard.number}-of-{shard.count}"
    return ROOT / "findings" / f"go-small-{size}{part}"


def sentences(progress: Progress, size: int, count: int) -> list[str]:
    """What is shown, of each toolchain in its mode; how far it has come if that is not all."""
    share = Shard.of(progress.shard).share(count)
    open_cases = progress.unsteady + progress.slow + progress.left_out
    whole = progress.generated >= share and not progress.waiting
    done = "all" if whole else f"{progress.generated:,} of the"
    which = f"{done} {share:,} nests of at most {size} statements"
    texts = []
    for name, compared in progress.compared.items():
        mine = [key for key in progress.findings if key.startswith(f"{name}: ")]
        new = [key for key in mine if progress.findings[key]["known"] is None]
        times = sum(progress.findings[key]["times"] for key in mine)
        but = f", but for {times:,} that show known bugs" if mine and not new else ""
        says = f"behaves otherwise in {len(new)} ways" if new else f"behaves as specified{but}"
        texts.append(f"{name} {says}, on {which}; {compared:,} of them can be compared.")
    if open_cases:
        texts.append(f"{open_cases:,} are left open: wrong at times, slow, or too many alike.")
    return texts
