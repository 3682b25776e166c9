"""Nests as texts, what the oracle expects of them, and how many become one Go source."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.files import reason_of
from stackquake.go.crash import Behaviour
from stackquake.jobs import build
from stackquake.jobs.children import CHILDREN
from stackquake.status import QuakeError, Status

# A nest is compared if it behaves alike under this many schedules.
SCHEDULES = 20
# The same before a disagreement counts: a nest with goroutines may behave otherwise under one
# schedule in some hundred, and on real Go each time.
MANY_SCHEDULES = 1000
# Why nests are not compared, for people.
REASONS = {
    "fuel": "the oracle runs out of fuel",
    "overflow": "a stack may overflow",
    "nilpanic": "versions of Go treat panic(nil) differently",
    "addresses": "the behaviour depends on the numbers that addr() gives",
    "schedule": "the behaviour depends on the schedule",
    "no nest": "no nest",
}
PROGRAMS = ("pack_nests", "run_oracle", "list_candidates")


@dataclass(frozen=True)
class Expected:
    """What the oracle says of a nest, and why it is not compared, if so."""

    behaviour: Behaviour
    not_compared: str | None
    events: tuple[str, ...] = ()  # of harness/oracle/events.def


@dataclass(frozen=True)
class Refused:
    """A text that is no nest. `error` says where and why, as ":LINE:COLUMN: MESSAGE"."""

    error: str


def ensure_programs(*more: str) -> None:
    """Builds what this file calls."""
    build.ensure("release", [*PROGRAMS, *more])


def read_texts(files: Iterable[str]) -> dict[str, str]:
    """The texts of files, by name. Raises QuakeError for a file that cannot be read.

    Bytes that are not UTF-8 become lone surrogates, as in the names of files.
    """
    texts: dict[str, str] = {}
    for file in files:
        try:
            texts[file] = Path(file).read_bytes().decode("utf-8", "surrogateescape")
        except OSError as error:
            message = f"{file}: cannot be read: {reason_of(error)}"
            raise QuakeError(Status.BAD_INPUT, message) from None
    return texts


def pack(texts: Sequence[str]) -> str:
    """One Go source of many nests, numbered in this order."""
    with _files(texts) as folder:
        done = _run("pack_nests", [str(folder)])
        if done.returncode != 0:
            raise QuakeError(Status.BAD_INPUT, done.stderr.strip())
        return done.stdout


def expect(texts: Sequence[str], schedules: int = SCHEDULES) -> list[Expected | Refused]:
    """What the oracle says of each, by the Go of today."""
    if not texts:
        return []
    with _files(texts) as folder:
        options = ["--json", "--level=modern", f"--schedules={schedules}"]
        done = _run("run_oracle", [*options, str(folder)])
    return [_expected(report) for report in json.loads(done.stdout)]


def candidates(text: str) -> list[str]:
    """What one step of reduction makes of a nest, the largest steps first."""
    with _files([text]) as folder:
        done = _run("list_candidates", [str(next(folder.iterdir()))])
    found: list[str] = json.loads(done.stdout)
    return found


def _expected(report: Mapping[str, Any]) -> Expected | Refused:
    if "error" in report:
        return Refused(report["error"].removeprefix(report["file"]))
    behaviour: Behaviour = {"outcome": report["outcome"], "traces": report["traces"]}
    return Expected(behaviour, report["not_compared"], tuple(report["events"]))


@contextmanager
def _files(texts: Sequence[str]) -> Iterator[Path]:
    """A folder with these texts, in the order in which the programs take them."""
    with tempfile.TemporaryDirectory(prefix="quake-nests-") as name:
        folder = Path(name)
        for number, text in enumerate(texts):
            data = text.encode("utf-8", "surrogateescape")
            (folder / f"{number:06}.go").write_bytes(data)
        yield folder


def _run(program: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    command = [str(build.program("release", program)), *arguments]
    done = CHILDREN.run(command)
    if done.returncode not in (Status.OK, Status.BAD_INPUT):
        raise QuakeError(Status.MISSING, f"{program} failed: {done.stderr.strip()}")
    return done
