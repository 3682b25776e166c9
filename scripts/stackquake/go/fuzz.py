"""`quake go fuzz`: makes nests, runs them on real Go toolchains, and keeps what Go does otherwise.

Nests are made in batches from one seed; batch K is the same whenever and wherever it is made. What
has been done is written to OUT/progress.json after every batch, so that the same command goes on
where it ended, however that was.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stackquake import build
from stackquake.files import ROOT, shown, write_atomically
from stackquake.go import command, nests
from stackquake.go.comparing import Case, Disagreement, cases_of
from stackquake.go.findings import store
from stackquake.go.reduce import reduce
from stackquake.go.variant import Variant
from stackquake.status import QuakeError, Status

MAX_SEED = 2**31 - 1
REDUCE_SECONDS = 60.0
PROGRESS = "progress.json"
GENERATOR = "generate_nests"
SELECTOR = "fuzz_goroutines"  # the target whose coverage --select asks for


@dataclass
class Progress:
    """What has been done; kept in a file."""

    seed: int
    generated: int = 0
    seconds: float = 0.0
    compared: dict[str, int] = field(default_factory=dict)  # nests, by variant
    outcomes: dict[str, int] = field(default_factory=dict)  # expected ones, of nests compared
    skipped: dict[str, int] = field(default_factory=dict)  # nests not compared, by why
    unsteady: int = 0  # nests that disagreed at times
    known: dict[str, int] = field(default_factory=dict)  # disagreements, by entry of known.json
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by variant and signature

    @staticmethod
    def load(folder: Path, seed: int | None) -> Progress:
        """That of an earlier call with the same seed, or a new one."""
        path = folder / PROGRESS
        if not path.exists():
            return Progress(seed or 1 + secrets.randbelow(MAX_SEED))
        try:
            progress = Progress(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise QuakeError(Status.BAD_INPUT, f"{path}: {error}") from None
        if seed not in (None, progress.seed):
            message = (
                f"{shown(folder)} is of --seed {progress.seed}; name another folder with --out"
            )
            raise QuakeError(Status.BAD_INPUT, message)
        return progress

    def save(self, folder: Path) -> None:
        """Writes it, whole or not at all."""
        write_atomically(folder / PROGRESS, json.dumps(asdict(self), indent=1) + "\n")


def parser() -> argparse.ArgumentParser:
    """The options of `quake go fuzz`."""
    whole = argparse.ArgumentParser(
        prog="quake go fuzz", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = whole.add_argument
    add("--seconds", type=command.positive, help="how long (60, if there is no --count either)")
    add("--count", type=command.positive, help="end after so many nests made")
    add("--seed", type=command.positive, help="of the first batch (random)")
    add("--out", type=Path, default=ROOT / "findings" / "go", metavar="DIR", help="(findings/go)")
    add("--goroutines", action="store_true", help="make nests with several goroutines")
    text = "run only the nests of a batch that reach something new in the reference runtime"
    add("--select", action="store_true", help=text)
    add("--keep-going", action="store_true", help="go on after a finding")
    command.add_variant_arguments(whole)
    return whole


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb."""
    options = parser().parse_args(arguments)
    if options.seconds is None and options.count is None:
        options.seconds = 60
    variants = command.variants_of(options)
    nests.ensure_programs(GENERATOR)
    if options.select:
        build.ensure("fuzz", [SELECTOR])
    progress = Progress.load(options.out, options.seed)
    campaign = Campaign(options, variants, progress)
    print(f"quake: --seed {progress.seed}, {shown(options.out)}", file=sys.stderr)
    try:
        campaign.run()
    except KeyboardInterrupt:
        print("quake: interrupted", file=sys.stderr)
    return report(campaign, options.json)


class Campaign:
    """Batch after batch, on every variant."""

    def __init__(
        self, options: argparse.Namespace, variants: Sequence[Variant], progress: Progress
    ) -> None:
        self.progress = progress
        self.new: list[Path] = []  # findings of this call
        self._options = options
        self._variants = variants
        self._comparer = command.comparer_of(options)
        self._before = progress.seconds
        self._start = time.monotonic()

    def run(self) -> None:
        """Until the time or the count is up, or the first finding."""
        while not self._over():
            count = self._options.batch
            if self._options.count is not None:
                count = min(count, self._options.count - self.progress.generated)
            self._batch(count)
            self._save()

    def _over(self) -> bool:
        options, progress = self._options, self.progress
        return (
            (options.count is not None and progress.generated >= options.count)
            or (options.seconds is not None and self._elapsed() >= options.seconds)
            or (bool(self.new) and not options.keep_going)
        )

    def _elapsed(self) -> float:
        return time.monotonic() - self._start

    def _save(self) -> None:
        self.progress.seconds = round(self._before + self._elapsed(), 1)
        self.progress.save(self._options.out)
        if not self._options.json:
            done = self.progress
            compared = sum(done.compared.values())
            print(
                f"quake: {done.generated:,} nests, {compared:,} runs compared, {done.seconds:.0f} s,"
                f" known: {sum(done.known.values())}, findings: {len(done.findings)}",
                file=sys.stderr,
            )

    def _batch(self, count: int) -> None:
        texts = generate(self.progress.seed + self.progress.generated, count, self._options)
        skipped: dict[str, int] = {}
        cases = cases_of(texts, skipped)
        found: list[Disagreement] = []
        unsteady = 0
        for variant in self._variants:
            wrong, sometimes = self._comparer.disagreements(variant, cases)
            found += wrong
            unsteady += len(sometimes)
        # Only now, so that a batch that is interrupted has not been counted.
        self._count(count, cases, skipped, unsteady)
        for one in found:
            self._take(one)

    def _count(
        self, count: int, cases: Sequence[Case], skipped: dict[str, int], unsteady: int
    ) -> None:
        progress = self.progress
        progress.generated += count
        progress.unsteady += unsteady
        kinds = Counter(case.expected["outcome"]["kind"] for case in cases)
        progress.outcomes = _sum(progress.outcomes, kinds)
        progress.skipped = _sum(progress.skipped, skipped)
        names = Counter({variant.name: len(cases) for variant in self._variants})
        progress.compared = _sum(progress.compared, names)

    def _take(self, one: Disagreement) -> None:
        """Counts a disagreement, and stores it reduced if it is the first of its kind."""
        if one.known is not None:
            self.progress.known = _sum(self.progress.known, {one.known: 1})
        key = f"{one.variant.name}: {one.known or one.signature}"
        if key in self.progress.findings:
            self.progress.findings[key]["times"] += 1
            return
        self.progress.findings[key] = {
            "times": 1,
            "known": one.known,
            "nests": self.progress.generated,
            "seconds": round(self._before + self._elapsed(), 1),
        }
        facts = dict(self.progress.findings[key], seed=self.progress.seed)
        # A broken runtime shows itself in many ways at once; each is stored, but one is enough.
        enough = bool(self.new) and not self._options.keep_going
        smallest = one if enough else self._reduced(one)
        file = store(smallest, one.case.text, facts, self._options.out)
        self.progress.findings[key]["file"] = file.name
        if one.known is None:
            self.new.append(file)
            print(f"{one.variant.name}: {smallest.signature}\n  {shown(file)}", file=sys.stderr)

    def _reduced(self, one: Disagreement) -> Disagreement:
        """The same disagreement, shown by the smallest nest."""

        def still(cases: Sequence[Case]) -> list[bool]:
            seen = self._comparer.suspects(one.variant, cases)
            alike = [other for other in seen if same_outcome(one, other)]
            named = self._comparer.name_known(one.variant, alike)
            good = {other.case.text for other in named if other.known == one.known}
            return [case.text in good for case in cases]

        smallest = reduce(one.case, still, REDUCE_SECONDS)
        again = self._comparer.disagreements(one.variant, [smallest])[0]
        return again[0] if again else one


def same_outcome(one: Disagreement, other: Disagreement) -> bool:
    """Whether both are shown by the same outcome; what is traced may become less with the nest."""
    return one.signature.split(";")[0] == other.signature.split(";")[0]


def _sum(a: dict[str, int], b: dict[str, int] | Counter[str]) -> dict[str, int]:
    return dict(sorted((Counter(a) + Counter(b)).items()))


# ---- Making nests ----


def generate(seed: int, count: int, options: argparse.Namespace) -> dict[str, str]:
    """Nests by name, made from `seed` on; with --select only those that reach something new."""
    with tempfile.TemporaryDirectory(prefix="quake-nests-") as name:
        made = Path(name) / "made"
        made.mkdir()
        program = str(build.program("release", GENERATOR))
        flags = ["--goroutines"] if options.goroutines else []
        arguments = ["--seed", str(seed), "--count", str(count), "--directory", str(made)]
        _call([program, *arguments, *flags])
        return nests.read_texts([_selected(made) if options.select else made])


def _selected(made: Path) -> Path:
    """A folder with those of the nests that libFuzzer would keep."""
    kept = made.with_name("kept")
    kept.mkdir()
    target = str(build.program("fuzz", SELECTOR))
    _call([target, "-merge=1", "-verbosity=0", str(kept), str(made)])
    for path in kept.iterdir():
        path.rename(path.with_suffix(".go"))
    return kept


def _call(command_line: Sequence[str]) -> None:
    done = subprocess.run(command_line, capture_output=True, text=True)
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:] or ["nothing said"]
        message = f"{Path(command_line[0]).name} ended with status {done.returncode}: {words[0]}"
        raise QuakeError(Status.MISSING, message)


# ---- The end ----


def report(campaign: Campaign, as_json: bool) -> Status:
    """Tells of all that has been done in the folder, and ends with 1 for findings of this call."""
    progress = campaign.progress
    if as_json:
        print(json.dumps(asdict(progress), indent=1))
    else:
        for key, one in progress.findings.items():
            known = " (known)" if one["known"] else ""
            print(f"{key}{known}\n  {one['times']} times, first after {one['nests']:,} nests")
        counts = ", ".join(f"{kind} {count:,}" for kind, count in progress.outcomes.items())
        print(f"expected: {counts or 'nothing'}")
        counts = ", ".join(f"{why} {count:,}" for why, count in progress.skipped.items())
        print(f"not compared: {counts or 'none'}; unsteady: {progress.unsteady}")
        print(f"{progress.generated:,} nests in {progress.seconds:.0f} s")
    return Status.FOUND if campaign.new else Status.OK
