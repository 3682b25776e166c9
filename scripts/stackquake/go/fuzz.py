"""`quake go fuzz`: makes nests, runs them on real Go toolchains, and keeps what Go does otherwise.

Nests are made in batches from one seed. A seed and a number make the same nest everywhere, so
several machines can each take a shard of the nests; `quake go merge` unites what they find. What
has been done is written to OUT/progress.json after every batch, so that the same command goes on
where it ended, however that was.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stackquake.files import ROOT
from stackquake.findings import folder
from stackquake.go import command, making
from stackquake.go.campaign import Campaign, Plan
from stackquake.go.making import MADE_FOR_ONE, PROFILES, TURNS, Generator, Maker, Selector
from stackquake.go.progress import VARIANTS, Progress, alone_in, told
from stackquake.go.shard import Shard
from stackquake.go.summary import print_progress
from stackquake.go.variant import Variant
from stackquake.jobs.children import Interrupted
from stackquake.status import Status

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
    text = "end after so many nests made, in all shards together"
    add("--count", type=command.positive, help=text)
    add("--seed", type=command.positive, help="of the campaign (random)")
    text = "make only the nests of this shard, from 1/N to N/N; needs --seed"
    add("--shard", type=Shard.of, metavar="I/N", help=text)
    add("--out", type=Path, metavar="DIR", help="(findings/go, or findings/go-I-of-N)")
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
    if options.out is None:
        options.out = _folder_of(options.shard)
    variants = command.variants_of(options)
    making.ensure_programs(select=options.select)
    maker, batch = _maker(options)
    plan = Plan(batch, options.count, options.seconds, options.keep_going)
    comparer = command.comparer_of(options)
    with alone_in(options.out):
        folder.repair(options.out)
        settings = _settings(options, variants)
        progress = Progress.load(options.out, options.seed, options.shard, settings)
        campaign = Campaign(plan, variants, comparer, maker, progress, options.out)
        print(f"quake: {_of_campaign(progress)}, {told(options.out)}", file=sys.stderr)
        _run(campaign)
    if options.json:
        print(json.dumps(asdict(progress), indent=1))
    else:
        print_progress(progress, options.out)
    return Status.FOUND if campaign.new else Status.OK


def _maker(options: argparse.Namespace) -> tuple[Maker, int]:
    """What makes nests, and how many it is to make for a batch."""
    generator = Generator(options.goroutines, options.profile)
    if not options.select:
        return generator, options.batch
    return Selector(generator, options.out / REACHED), options.batch * MADE_FOR_ONE


def _folder_of(shard: Shard | None) -> Path:
    """Where a campaign works if the user names no folder."""
    name = "go" if shard is None else f"go-{shard.number}-of-{shard.count}"
    return ROOT / "findings" / name


def _settings(options: argparse.Namespace, variants: Sequence[Variant]) -> dict[str, Any]:
    """What decides which nests of a series are run, and on what."""
    names = ("profile", "goroutines", "select")
    chosen = {name: getattr(options, name) for name in names}
    return {**chosen, VARIANTS: [variant.identity for variant in variants]}


def _of_campaign(progress: Progress) -> str:
    shard = "" if progress.shard == str(Shard()) else f" --shard {progress.shard}"
    return f"--seed {progress.seed}{shard}"


def _run(campaign: Campaign) -> None:
    """Runs the campaign to its end, or until a signal ends it."""
    try:
        campaign.run()
    except Interrupted:
        print("quake: interrupted; the same command continues it", file=sys.stderr)
