"""`quake explain`: the story of a run, as text, as a picture and as a page."""

import argparse
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake import packages
from stackquake.files import reason_of, shown, write_together
from stackquake.jobs import build
from stackquake.printable import printable
from stackquake.status import QuakeError, Status

PROGRAM = "explain_nest"
TEMPLATES = Path(__file__).parent / "templates"
PAGE = "story.html.j2"

# The program's own statuses that come with a story.
TOLD = (Status.OK, Status.FOUND)


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
    parser.add_argument("file", metavar="FILE", help="a nest; beside a finding lies its record")
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
    teller = Teller(program, tuple(settings(arguments)), arguments.file)
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
    return [*(given or recorded(Path(arguments.file))), *own]


def recorded(nest: Path) -> list[str]:
    """The settings in the record that a campaign has written beside a finding; [] without one."""
    try:
        record = json.loads(nest.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(record, dict) or not isinstance(record.get("design"), str):
        return []
    flags = [f"--design={record['design']}"]
    flags += [f"--defect={slug}" for slug in record.get("defects", [])]
    if record.get("poison"):
        flags.append(f"--poison={record['poison']}")
    return flags


def page(story: dict[str, Any]) -> str:
    """The story as one HTML file with all that it needs."""
    # The verb alone needs Jinja; other verbs must work where it is not installed.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    # In a script element "</" would end the element.
    data = json.dumps(story, ensure_ascii=False).replace("<", "\\u003c")
    marks = {mark["line"]: mark["text"] for mark in story["marks"]}
    return environment.get_template(PAGE).render(story=story, data=data, marks=marks)


def _with_code(text: str) -> Any:
    """The text as HTML, with what stands in backquotes as code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


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
