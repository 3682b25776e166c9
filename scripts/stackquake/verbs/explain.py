"""`quake explain`: the story of a run, as text, as a picture and as a page."""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from stackquake import packages
from stackquake.files import reason_of, shown, write_together
from stackquake.findings import folder, opening
from stackquake.findings.telling import PROGRAM, TOLD, page
from stackquake.jobs import build
from stackquake.printable import printable
from stackquake.status import QuakeError, Status


@dataclass(frozen=True)
class Teller:
    """Tells the story of one nest, always with the same settings."""

    program: Path
    flags: tuple[str, ...]
    nest: str

    def tell(self, how: str | None = None) -> tuple[Status, bytes]:
        """The story as text, or as `how`: --json or --svg. Messages go to standard error."""
        # The first word is the name by which the program knows itself.
        command = ["quake explain", *self.flags, *([how] if how else []), "--", self.nest]
        finished = subprocess.run(command, executable=self.program, stdout=subprocess.PIPE)
        if finished.returncode not in TOLD:
            if finished.returncode in (Status.BAD_INPUT, Status.MISSING):
                raise SystemExit(finished.returncode)
            message = f"the run of {printable(self.nest)} has ended the process that explains it"
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
    flags = settings(arguments)
    preset = "fuzz" if "--poison=asan" in flags else "release"
    if arguments.html is not None:
        packages.ensure("python", "explain")
    build.ensure(preset, [PROGRAM], verbose=arguments.verbose)
    return explain(arguments, build.program(preset, PROGRAM))


def explain(arguments: argparse.Namespace, program: Path) -> Status:
    """Tells the story by this program, and writes what is asked for."""
    teller = Teller(program, tuple(settings(arguments)), str(nest_of(arguments)))
    status, story = teller.tell("--json" if arguments.json else None)
    sys.stdout.buffer.write(story)
    sys.stdout.flush()
    contents: dict[Path, str | bytes | None] = {}
    if arguments.svg is not None:
        contents[arguments.svg] = teller.tell("--svg")[1]
    if arguments.html is not None:
        document = story if arguments.json else teller.tell("--json")[1]
        contents[arguments.html] = page(json.loads(document))
    _write(contents)
    return status


def settings(arguments: argparse.Namespace) -> list[str]:
    """The flags that decide how the run goes: those of the command line, or a finding's own."""
    own = [f"--set={text}" for text in arguments.set]
    given = [f"--design={arguments.design}"] if arguments.design else []
    given += [f"--defect={slug}" for slug in arguments.defect]
    given += [f"--poison={arguments.poison}"] if arguments.poison else []
    return [*(given or recorded(nest_of(arguments))), *own]


def nest_of(arguments: argparse.Namespace) -> Path:
    """The file that is meant; a finding's folder stands for its nest."""
    path = Path(arguments.file)
    return opening.nest_of(path) if folder.is_finding(path) else path


def recorded(file: Path) -> list[str]:
    """The settings of the finding whose nest this is; [] if it is no finding's."""
    if not folder.is_finding(file.parent):
        return []
    return folder.settings_of(folder.read(file.parent))


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
