"""`quake explain`: the story of a run, as text, as a picture and as a page."""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from stackquake import packages
from stackquake.files import reason_of, shown, write_together
from stackquake.findings.opening import Opened, opened
from stackquake.findings.telling import PROGRAM, TOLD, page
from stackquake.jobs import build
from stackquake.printable import printable
from stackquake.status import QuakeError, Status


@dataclass(frozen=True)
class Teller:
    """Tells the story of one nest."""

    program: Path
    arguments: tuple[str, ...]  # settings, and the nest

    def text(self) -> tuple[Status, bytes]:
        """The story as Markdown. Messages go to standard error."""
        return self._said()

    def document(self) -> tuple[Status, bytes]:
        """The story with its recording, as story_json.h describes it."""
        return self._said("--json")

    def _said(self, *flags: str) -> tuple[Status, bytes]:
        # The first word is the name by which the program knows itself.
        command = ["quake explain", *flags, *self.arguments]
        finished = subprocess.run(command, executable=self.program, stdout=subprocess.PIPE)
        if finished.returncode not in TOLD:
            if finished.returncode in (Status.BAD_INPUT, Status.MISSING):
                raise SystemExit(finished.returncode)
            nest = printable(self.arguments[-1])
            message = f"the run of {nest} has ended the process that explains it"
            raise QuakeError(Status.MISSING, message)
        return Status(finished.returncode), finished.stdout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    text = "a nest, or the folder of a finding"
    parser.add_argument("file", metavar="FILE", help=text)
    text = "the design to run on; of a finding, the one that its record names"
    parser.add_argument("--design", metavar="NAME", help=text)
    text = "switch a defect of the design on, repeatable; `quake defects` lists them"
    parser.add_argument("--defect", action="append", default=[], metavar="SLUG", help=text)
    text = "how dead memory is poisoned: none, fill, asan or protect"
    parser.add_argument("--poison", metavar="MODE", help=text)
    text = "a directive instead of the file's, repeatable: --set move=at:7"
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=text)
    text = "write a page that steps through the run; it needs no network"
    parser.add_argument("--html", type=Path, metavar="OUT", help=text)
    text = "write the picture of the stack before and after it went wrong"
    parser.add_argument("--svg", type=Path, metavar="OUT", help=text)
    text = "print the story and its recording as one JSON document"
    parser.add_argument("--json", action="store_true", help=text)


def main(arguments: argparse.Namespace) -> Status:
    """Builds explain_nest, and tells the story."""
    told_of = subject(arguments)
    asan = "--poison=asan" in told_of.arguments
    preset = "fuzz" if asan or told_of.needs_fuzz_build else "release"
    if arguments.html is not None:
        packages.ensure("python", "explain")
    build.ensure(preset, [PROGRAM], verbose=arguments.verbose)
    return explain(arguments, Teller(build.program(preset, PROGRAM), (*told_of.arguments,)))


def subject(arguments: argparse.Namespace) -> Opened:
    """The settings of the run, and its nest, as they follow the program's name."""
    flags = [f"--set={text}" for text in arguments.set]
    flags += [f"--design={arguments.design}"] if arguments.design else []
    flags += [f"--defect={slug}" for slug in arguments.defect]
    flags += [f"--poison={arguments.poison}"] if arguments.poison else []
    return opened([*flags, "--", arguments.file])


def explain(arguments: argparse.Namespace, teller: Teller) -> Status:
    """Tells the story by one run, and writes what is asked for."""
    if not (arguments.json or arguments.svg or arguments.html):
        status, text = teller.text()
        _print(text)
        return status
    status, document = teller.document()
    story = json.loads(document)
    _print(document if arguments.json else story["text"].encode())
    contents: dict[Path, str | bytes | None] = {}
    if arguments.svg is not None:
        contents[arguments.svg] = story["svg"]
    if arguments.html is not None:
        contents[arguments.html] = page(story)
    _write(contents)
    return status


def _print(story: bytes) -> None:
    sys.stdout.buffer.write(story)
    sys.stdout.flush()


def _write(contents: dict[Path, str | bytes | None]) -> None:
    if not contents:
        return
    try:
        write_together(contents)
    except OSError as error:
        names = ", ".join(shown(path) for path in contents)
        raise QuakeError(Status.MISSING, f"cannot write {names}: {reason_of(error)}") from None
    for path in contents:
        print(f"quake: wrote {shown(path)}", file=sys.stderr)
