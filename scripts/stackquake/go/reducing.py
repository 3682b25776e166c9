"""`quake reduce --go ROOT`: the smallest nest that a real Go toolchain still gets wrong."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stackquake.files import reason_of, write_atomically
from stackquake.go import command, nests
from stackquake.go.comparing import (
    Case,
    Classified,
    Comparer,
    Disagreement,
    cases_of,
    same_outcome,
    texts_of,
    without,
)
from stackquake.go.reduce import reduce
from stackquake.printable import json_name, printable
from stackquake.status import QuakeError, Status

SECONDS = 60.0  # some thirty rounds, each with a build that takes a second or two

DESCRIPTION = (
    "Finds the smallest nest that a toolchain gets wrong in the same way, and prints it. What it "
    "is called for is a known bug or none, and the smaller nest shows the same one."
)


def reduced(comparer: Comparer, one: Disagreement, seconds: float) -> Disagreement:
    """The same disagreement, shown by the smallest nest that is found in this time."""

    def still(cases: Sequence[Case]) -> list[bool]:
        seen = comparer.suspects(one.variant, cases)
        alike = [other for other in seen if same_outcome(one, other)]
        by_schedule = comparer.depending_on_schedule(alike)
        certain = without(alike, texts_of(by_schedule))
        named = comparer.name_known(one.variant, certain)
        good = {other.case.text for other in named if other.known == one.known}
        return [case.text in good for case in cases]

    smallest = reduce(one.case, still, seconds)
    again = comparer.disagreements(one.variant, [smallest]).steady
    return again[0] if again else one


def parser() -> argparse.ArgumentParser:
    """The options of `quake reduce` with --go."""
    whole = argparse.ArgumentParser(prog="quake reduce", description=DESCRIPTION)
    whole.add_argument("file", metavar="FILE", help="a nest that the toolchain gets wrong")
    command.add_variant_arguments(whole)
    text = "after which the smallest nest so far will do (%(default)g)"
    whole.add_argument("--seconds", type=float, default=SECONDS, help=text)
    text = "write the nest to this file, whole or not at all"
    whole.add_argument("--out", type=Path, metavar="FILE", help=text)
    return whole


def main(arguments: Sequence[str]) -> Status:
    """Runs the verb."""
    options = parser().parse_args(arguments)
    variants = command.variants_of(options)
    if len(variants) > 1:
        names = ", ".join(variant.name for variant in variants)
        message = f"name one toolchain and one mode of {names}"
        raise QuakeError(Status.BAD_INPUT, message)
    start = time.monotonic()
    nests.ensure_programs()
    comparer = command.comparer_of(options)
    case = _case(options.file)
    before = _disagreement(options.file, comparer.disagreements(variants[0], [case]))
    after = reduced(comparer, before, options.seconds)
    if options.out is not None:
        _write(options.out, after.case.text)
    document = _document(options.file, before, after, time.monotonic() - start)
    if options.json:
        print(json.dumps(document, indent=1))
    elif options.out is None:
        print(after.case.text, end="")
    _tell(document)
    return Status.OK


def _case(file: str) -> Case:
    """The nest with what is expected of it; raises QuakeError if nothing is."""
    skipped: dict[str, list[str]] = {}
    refused: dict[str, str] = {}
    cases = cases_of(nests.read_texts([file]), skipped, refused)
    for name, error in refused.items():
        raise QuakeError(Status.BAD_INPUT, printable(name + error))
    for why in skipped:
        message = f"{printable(file)} is not compared: {nests.REASONS[why]}"
        raise QuakeError(Status.BAD_INPUT, message)
    return cases[0]


def _disagreement(file: str, found: Classified) -> Disagreement:
    if found.steady:
        return found.steady[0]
    unsteady = [*found.unsteady, *found.slow, *found.by_schedule]
    what = "is wrong only at times" if unsteady else "does as expected"
    raise QuakeError(Status.BAD_INPUT, f"{printable(file)} {what}: there is nothing to reduce")


def _write(path: Path, text: str) -> None:
    try:
        write_atomically(path, text)
    except OSError as error:
        message = f"{printable(str(path))} cannot be written: {reason_of(error)}"
        raise QuakeError(Status.MISSING, message) from None


def _document(
    file: str, before: Disagreement, after: Disagreement, seconds: float
) -> dict[str, Any]:
    texts = (before.case.text, after.case.text)
    lines, sizes = [text.count("\n") for text in texts], [len(text) for text in texts]
    return {
        **json_name(file),
        "toolchain": after.variant.toolchain.version,
        "mode": after.variant.mode.name,
        "signature": after.signature,
        "known": after.known,
        "lines_before": lines[0],
        "lines_after": lines[1],
        "bytes_before": sizes[0],
        "bytes_after": sizes[1],
        "seconds": round(seconds, 1),
        "nest": after.case.text,
    }


def _tell(document: dict[str, Any]) -> None:
    lines = f"{document['lines_before']} lines, now {document['lines_after']}"
    known = f", known as {document['known']}" if document["known"] else ""
    text = f"quake: {document['signature']}{known}: {lines}, in {document['seconds']:g} s"
    print(text, file=sys.stderr)
