"""`quake go merge`: unites what the shards of a campaign have done, in one folder.

The shards of a campaign have run with one seed and one profile, on the same toolchains, and each
with its own --shard; what does not fit is refused. The folder has one finding of each kind, the one
with the smallest nest, and adds up all counts. Merging again changes nothing, and a folder that is
merged already can be named among the others: one shard, or a later state of it, counts once. OUT
is such a folder. It is written whole or not at all.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

from stackquake.files import ROOT
from stackquake.findings import folder as folders
from stackquake.go import moving, progress
from stackquake.go.campaign import SLOW, UNSTEADY
from stackquake.go.progress import PARTS, PROGRESS, Progress, add, told
from stackquake.go.shard import Shard
from stackquake.go.summary import print_progress
from stackquake.status import QuakeError, Status

COUNTS = ("profiles", "compared", "outcomes", "skipped", "known")  # by name
SUMS = ("generated", "unsteady", "slow", "left_out")
# What only grows while a shard is run. `compared` does not: see Campaign._take_back.
GROWING = ("profiles", "outcomes", "skipped", "known")


@dataclass(frozen=True)
class Source:
    """A folder of one shard, or a merged one."""

    folder: Path
    parts: Mapping[Shard, Progress]
    findings: Mapping[str, dict[str, Any]]  # by variant and signature; with "shard" and "file"

    def nest(self, key: str) -> bytes:
        """That of a finding."""
        place = self.folder / self.findings[key]["file"]
        try:
            return (place / "nest.go").read_bytes()
        except OSError:
            message = f"{told(self.folder)} has no finding {place.name}, which it tells of"
            raise QuakeError(Status.BAD_INPUT, message) from None


def parser() -> argparse.ArgumentParser:
    """The options of `quake go merge`."""
    whole = argparse.ArgumentParser(
        prog="quake go merge", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    text = "the folder of a shard, as --out of quake go fuzz has named it"
    whole.add_argument("folders", nargs="+", type=Path, metavar="DIR", help=text)
    default = ROOT / "findings" / "go-merged"
    text = "(findings/go-merged)"
    whole.add_argument("--out", type=Path, default=default, metavar="DIR", help=text)
    text = "one JSON document on standard output"
    whole.add_argument("--json", action="store_true", help=text)
    return whole


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb. A merged folder with a finding that is not known has status FOUND."""
    options = parser().parse_args(arguments)
    out: Path = options.out.resolve()
    whole, parts = merge(options.folders, out)
    if options.json:
        print(json.dumps(document(whole, parts), indent=1))
    else:
        print_progress(whole, out)
        print(f"shards: {_told_shards(parts)}")
    found = any(one["known"] is None for one in whole.findings.values())
    return Status.FOUND if found else Status.OK


def merge(named: Iterable[Path], out: Path) -> tuple[Progress, dict[Shard, Progress]]:
    """Unites folders with what `out` has, and writes it there; gives the whole and its parts."""
    places = [one for one in dict.fromkeys(path.resolve() for path in named) if one != out]
    merged: list[tuple[Progress, dict[Shard, Progress]]] = []

    def files() -> dict[str, bytes]:
        sources = [*_earlier(out), *(_source(place) for place in places)]
        if not sources:
            raise QuakeError(Status.BAD_INPUT, f"{told(out)} has no {PROGRESS} of quake go merge")
        parts = _united(sources)
        best = _best(sources)
        whole = _sum(parts, best)
        merged.append((whole, parts))
        written = _files(sources, best, out)
        text = json.dumps(document(whole, parts), indent=1) + "\n"
        return {**written, PROGRESS: text.encode()}

    with _all_at_rest(places):
        folders.update(out, files)
    return merged[0]


def document(whole: Progress, parts: Mapping[Shard, Progress]) -> dict[str, Any]:
    """What progress.json has, and --json prints."""
    return {**asdict(whole), PARTS: [asdict(one) for one in parts.values()]}


def _told_shards(parts: Mapping[Shard, Progress]) -> str:
    count = next(iter(parts)).count
    missing = [str(one) for one in (Shard(n + 1, count) for n in range(count)) if one not in parts]
    rest = f"; not there: {', '.join(missing)}" if missing else ""
    return f"{len(parts)} of {count}{rest}"


# ---- Reading ----


@contextlib.contextmanager
def _all_at_rest(places: Sequence[Path]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for place in places:
            stack.enter_context(progress.at_rest(place))
            folders.repair(place)
        yield


def _earlier(out: Path) -> list[Source]:
    """What an earlier call has written to `out`."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return []
    if not (out / PROGRESS).is_file() or PARTS not in progress.read(out / PROGRESS):
        message = f"{told(out)} is not of quake go merge; name another folder with --out"
        raise QuakeError(Status.BAD_INPUT, message)
    return [_source(out)]


def _source(place: Path) -> Source:
    path = place / PROGRESS
    read = progress.read(path)
    if PARTS not in read:
        one = Progress.of(read, path)
        if not one.settings:
            message = f"{told(path)} is of an earlier version: continue it once, then merge it"
            raise QuakeError(Status.BAD_INPUT, message)
        shard = {"shard": one.shard}
        findings = {key: {**facts, **shard} for key, facts in one.findings.items()}
        return Source(place, {Shard.of(one.shard): one}, findings)
    parts = [Progress.of(part, path) for part in read.pop(PARTS)]
    findings = Progress.of(read, path).findings
    return Source(place, {Shard.of(one.shard): one for one in parts}, findings)


# ---- What fits ----


def _united(sources: Sequence[Source]) -> dict[Shard, Progress]:
    """Each shard once, in their order."""
    first = next(iter(sources[0].parts.values()))
    parts: dict[Shard, tuple[Progress, Path]] = {}
    for source in sources:
        for shard, one in source.parts.items():
            _require_fit(sources[0].folder, first, source.folder, one)
            if shard in parts:
                before, place = parts[shard]
                one = _later(before, one, place, source.folder)
            parts[shard] = (one, source.folder)
    return {shard: parts[shard][0] for shard in sorted(parts)}


def _require_fit(folder: Path, one: Progress, other_folder: Path, other: Progress) -> None:
    """Raises QuakeError unless both are of the same series, divided in the same way."""
    difference = one.difference(replace(other, shard=one.shard))
    counts = [Shard.of(each.shard).count for each in (one, other)]
    if difference is None and counts[0] != counts[1]:
        difference = ("--shard", one.shard, other.shard)
    if difference is not None:
        what, mine, others = difference
        message = f"{told(other_folder)} is of {what} {others}, {told(folder)} of {mine}"
        raise QuakeError(Status.BAD_INPUT, message)


def _later(one: Progress, other: Progress, folder: Path, other_folder: Path) -> Progress:
    """Of two states of a shard the one that has all that the other has."""
    if _contains(one, other):
        return one
    if _contains(other, one):
        return other
    places = f"{told(folder)} and {told(other_folder)}"
    message = f"{places} both have shard {one.shard}, and neither has all of the other"
    raise QuakeError(Status.BAD_INPUT, message)


def _contains(one: Progress, other: Progress) -> bool:
    counts = all(
        getattr(one, name).get(key, 0) >= count
        for name in GROWING
        for key, count in getattr(other, name).items()
    )
    findings = all(
        key in one.findings and _same_finding(one.findings[key], facts)
        for key, facts in other.findings.items()
    )
    return one.generated >= other.generated and counts and findings


def _same_finding(facts: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether a campaign that told the second may tell the first later."""
    return facts["number"] == earlier["number"] and facts["times"] >= earlier["times"]


# ---- Adding up ----


def _best(sources: Sequence[Source]) -> dict[str, Source]:
    """For each kind of finding the source that has it with the smallest nest."""
    best: dict[str, Source] = {}
    for key in dict.fromkeys(key for source in sources for key in source.findings):
        having = [source for source in sources if key in source.findings]
        best[key] = min(having, key=lambda source: _rank(source, key))
    return best


def _rank(source: Source, key: str) -> tuple[int, bytes, Shard]:
    nest = source.nest(key)
    return len(nest), nest, Shard.of(source.findings[key]["shard"])


def _sum(parts: Mapping[Shard, Progress], best: Mapping[str, Source]) -> Progress:
    """The counts of all shards, and the findings."""
    several = list(parts.values())
    whole = Progress(several[0].seed, "1/1", several[0].settings)
    whole.seconds = round(sum(one.seconds for one in several), 1)
    whole.waiting = [suspect for one in several for suspect in one.waiting]
    for name in SUMS:
        setattr(whole, name, sum(getattr(one, name) for one in several))
    for name in COUNTS:
        setattr(whole, name, reduce(add, [getattr(one, name) for one in several], {}))
    for key in dict.fromkeys(key for one in several for key in one.findings):
        mine = [one.findings[key] for one in several if key in one.findings]
        whole.findings[key] = {
            **best[key].findings[key],
            "times": sum(one["times"] for one in mine),
            "profiles": reduce(add, [one["profiles"] for one in mine], {}),
        }
    return whole


# ---- Writing ----


def _files(
    sources: Sequence[Source], best: Mapping[str, Source], out: Path
) -> dict[str, bytes]:
    """The findings' files by their paths below `out`."""
    files: dict[str, bytes] = {}
    for key, source in best.items():
        name = source.findings[key]["file"]
        files |= moving.files_of(source.folder / name, out / name, out)
    for source in sources:
        for kind in (UNSTEADY, SLOW):
            for place in sorted((source.folder / kind).glob("*")):
                if folders.is_finding(place):
                    moved = moving.files_of(place, out / kind / place.name, out)
                    files = {**moved, **files}
    return files
