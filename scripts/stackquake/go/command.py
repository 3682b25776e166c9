"""`quake go PATH…`: what nests do on real Go toolchains, against the oracle."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stackquake.go import edits, known, nests, toolchain
from stackquake.go.comparing import BATCH, Case, Classified, Comparer, Disagreement, cases_of
from stackquake.go.crash import Behaviour, told
from stackquake.go.known import Known
from stackquake.go.modes import MODES
from stackquake.go.program import Limits
from stackquake.go.variant import Variant
from stackquake.inputs import list_nests
from stackquake.jobs.progress import Ticker
from stackquake.printable import json_name, printable
from stackquake.status import QuakeError, Status
from stackquake.tables import cell, print_table, table

DESCRIPTION = (
    "Runs nests on real Go toolchains and compares what they do with the oracle, at the level of "
    "today's Go. `quake go fuzz` does so with nests that it makes itself, `quake go enumerate` "
    "with every small nest there is, and `quake go merge` unites what several machines have found."
)
EPILOG = "Modes: " + "; ".join(f"{mode.name}: {mode.text}" for mode in MODES.values()) + "."


def add_variant_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say on what nests are run."""
    add = parser.add_argument
    text = (
        "a toolchain: its root, its go command, a version as 1.27 or gccgo-14 (see `quake setup"
        " --go`), or gccgo; repeatable (those installed)"
    )
    add("--go", action="append", default=[], metavar="PATH", help=text)
    add("--mode", action="append", choices=MODES, help="repeatable (plain)")
    add("--mistake", metavar="NAME", help="plant a mistake in the runtime: " + _mistakes())
    text = "mend a bug of the runtime, repeatable: " + ", ".join(edits.mends())
    add("--mend", action="append", default=[], metavar="NAME", help=text)
    text = "mend all bugs of the runtime that are known, so that they take no time"
    add("--mended", action="store_true", help=text)
    text = "a changed source, as runtime/stack.go=REPLACEMENT; repeatable"
    add("--overlay", action="append", default=[], metavar="FILE=REPLACEMENT", help=text)
    add("--jobs", type=positive, default=Limits.jobs, help="nests at a time (%(default)s)")
    add("--batch", type=positive, default=BATCH, help="nests a program (%(default)s)")
    text = "processor time, and time asleep, that one nest may take (%(default)s)"
    add("--run-seconds", type=float, default=Limits.seconds, help=text)
    add("--no-known", action="store_true", help="take no disagreement for a bug that is known")
    add("--json", action="store_true", help="one JSON document on standard output")


def _mistakes() -> str:
    return ", ".join(edits.mistakes())


def positive(text: str) -> int:
    """A count, for argparse."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return number


def variants_of(options: argparse.Namespace) -> list[Variant]:
    """Every toolchain in every mode that it has; raises where none is left."""
    mistake = edits.mistake(options.mistake) if options.mistake else None
    modes = [MODES[name] for name in dict.fromkeys(options.mode or _default_modes(mistake))]
    mends = tuple(edits.mend(name) for name in dict.fromkeys(options.mend))
    overlay = tuple(_overlay(text) for text in options.overlay)
    variants = [
        Variant(one, mode, mistake, mends, overlay)
        for one in toolchain.find(options.go)
        for mode in modes
        if mode.suits(one)
    ]
    if options.mended:
        variants = [known.mended(variant) for variant in variants]
    if not variants:
        raise QuakeError(Status.BAD_INPUT, "no toolchain has any of the modes")
    for variant in variants:
        _ = variant.changed_sources  # refuses what does not fit before anything is built
    return variants


def comparer_of(options: argparse.Namespace) -> Comparer:
    """What compares as the options say."""
    table: list[Known] = [] if options.no_known else known.current()
    return Comparer(limits_of(options), options.batch, table)


def limits_of(options: argparse.Namespace) -> Limits:
    """How nests are run."""
    return Limits(options.jobs, options.run_seconds)


def _default_modes(mistake: edits.Description | None) -> list[str]:
    return [mistake.mode] if mistake is not None and mistake.mode else ["plain"]


def _overlay(text: str) -> tuple[str, Path]:
    file, equals, replacement = text.partition("=")
    if not equals or not Path(replacement).is_file():
        message = f"--overlay {text}: write a file of GOROOT/src, =, and a file that is there"
        raise QuakeError(Status.BAD_INPUT, message)
    return file, Path(replacement).resolve()


def parser() -> argparse.ArgumentParser:
    """The options of the verb without `fuzz`."""
    whole = argparse.ArgumentParser(prog="quake go", description=DESCRIPTION, epilog=EPILOG)
    text = "a nest, or a folder of nests"
    whole.add_argument("paths", nargs="+", metavar="PATH", help=text)
    add_variant_arguments(whole)
    text = "compare with behaviours.json beside the nests instead of the oracle"
    whole.add_argument("--stated", action="store_true", help=text)
    return whole


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb on nests that are there."""
    options = parser().parse_args(arguments)
    variants = variants_of(options)
    texts = nests.read_texts(list_nests(options.paths))
    if not texts:
        raise QuakeError(Status.BAD_INPUT, "there is no nest in what was named")
    nests.ensure_programs()
    skipped: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    if options.stated:
        cases = stated_cases(texts, refused)
    else:
        cases = cases_of(texts, skipped, refused)
    for name, error in refused.items():
        print(printable(name + error), file=sys.stderr)
    found = _compare(comparer_of(options), variants, cases)
    comparison = Comparison(variants, cases, skipped, refused, found)
    if options.json:
        print(json.dumps(comparison.document(), indent=1))
    else:
        comparison.print()
    return comparison.status()


def stated_cases(texts: dict[str, str], refused: dict[str, str]) -> list[Case]:
    """The nests with the "modern" behaviour that behaviours.json beside each states.

    Texts that are no nests are put into `refused`, with what is wrong with them.
    """
    cases: list[Case] = []
    # Of the oracle only the events count, and whether a text is a nest. One schedule tells both.
    for (name, text), one in zip(texts.items(), nests.expect(list(texts.values()), schedules=1)):
        if isinstance(one, nests.Refused):
            refused[name] = one.error
        else:
            cases.append(Case(name, text, _stated(Path(name)), one.events))
    return cases


def _stated(nest: Path) -> Behaviour:
    file = nest.parent / "behaviours.json"
    try:
        behaviour: Behaviour = json.loads(file.read_text(encoding="utf-8"))[nest.stem]["modern"]
    except (OSError, KeyError) as error:
        message = f"{nest}: {file} states no modern behaviour ({error})"
        raise QuakeError(Status.BAD_INPUT, message) from None
    return behaviour


def _compare(
    comparer: Comparer, variants: Sequence[Variant], cases: Sequence[Case]
) -> Classified:
    found = Classified()
    done = 0
    total = str(len(cases) * len(variants))
    with Ticker("running nests on Go") as ticker:
        for variant in variants:

            def step(count: int) -> None:
                nonlocal done
                done += count
                ticker.step(str(done), total)

            found += comparer.disagreements(variant, cases, step)
    return found


@dataclass(frozen=True)
class Comparison:
    """Nests on variants: which were compared, why others were not, and which disagree."""

    variants: Sequence[Variant]
    cases: Sequence[Case]
    skipped: dict[str, list[str]]  # which nests are not compared, by the reason
    refused: dict[str, str]  # files that are no nests, and what is wrong with them
    found: Classified

    def status(self) -> Status:
        """A disagreement that is not known counts for more than a file that is no nest."""
        if any(one.known is None for one in self.found.steady):
            return Status.FOUND
        return Status.BAD_INPUT if self.refused else Status.OK

    def document(self) -> dict[str, Any]:
        """What --json prints."""
        return {
            "variants": [
                {"toolchain": variant.toolchain.version, "mode": variant.mode.name}
                for variant in self.variants
            ],
            "compared": [json_name(case.name) for case in self.cases],
            "not_compared": [
                {**json_name(name), "reason": why}
                for why, names in sorted(self.skipped.items())
                for name in names
            ],
            "no_nests": [
                {**json_name(name), "error": printable(name + error)}
                for name, error in self.refused.items()
            ],
            "disagreements": [_document(one) for one in self.found.steady],
            "unsteady": [_document(one) for one in self.found.unsteady],
            "slow": [_document(one) for one in self.found.slow],
            "by_schedule": [_document(one) for one in self.found.by_schedule],
        }

    def print(self) -> None:
        """Tells it all on standard output."""
        filled = table(
            "toolchain", "mode", "nests", "agree", "known", "unsteady", "slow", "disagree"
        )
        for variant in self.variants:
            on_this = partial(_number_on, variant)
            steady, slow = on_this(self.found.steady), on_this(self.found.slow)
            unsteady = on_this(self.found.unsteady) + on_this(self.found.by_schedule)
            new = on_this(one for one in self.found.steady if one.known is None)
            agree = len(self.cases) - steady - unsteady - slow
            filled.add_row(
                variant.toolchain.version,
                variant.mode.name,
                *map(str, (len(self.cases), agree, steady - new, unsteady, slow)),
                cell(str(new), alarming=new > 0),
            )
        print_table(filled)
        for why, names in sorted(self.skipped.items()):
            print(f"not compared, {len(names)}: {nests.REASONS[why]}")
            for name in names:
                print(f"  {printable(name)}")
        if self.refused:
            print(f"no nests: {len(self.refused)}")
        for one in self.found.steady:
            _print(one, f", known as {one.known}" if one.known else "")
        for one in self.found.unsteady:
            _print(one, ", at times")
        for one in self.found.by_schedule:
            _print(one, ", which depends on the schedule")
        for one in self.found.slow:
            _print(one, ", which is not at its end")
        sys.stdout.flush()


def _number_on(variant: Variant, several: Iterable[Disagreement]) -> int:
    return sum(one.variant == variant for one in several)


def _document(one: Disagreement) -> dict[str, Any]:
    return {
        **json_name(one.case.name),
        "toolchain": one.variant.toolchain.version,
        "mode": one.variant.mode.name,
        "known": one.known,
        "signature": one.signature,
        "expected": one.case.expected,
        "actual": one.actual,
    }


def _print(one: Disagreement, remark: str) -> None:
    print(f"\n{printable(one.case.name)} on {one.variant.name}{remark}")
    print(f"  expected {told(one.case.expected)}\n  actual   {told(one.actual)}")
