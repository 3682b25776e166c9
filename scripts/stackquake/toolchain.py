"""What nests do on a real Go toolchain.

`python3 -m stackquake.toolchain PATH…` builds each nest together with harness/go/shim.go, runs it
and prints its behaviour as JSON; `--check` compares it with the "modern" behaviour that the file
behaviours.json beside the nest states.

Exit status: 0 as it should be, 1 a behaviour differs, 2 a nest cannot be read or built, 3 there is
no toolchain.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from stackquake.files import BUILD, ROOT
from stackquake.status import QuakeError, Status

SHIM = ROOT / "harness" / "go" / "shim.go"
CACHE = BUILD / "go"

BUILD_SECONDS = 300  # the first build of all compiles the packages that the shim imports
RUN_SECONDS = 10.0
ERROR_CHARACTERS = 1000  # of an ending that is not understood, shown


class Link(TypedDict):
    """One panic of a chain."""

    code: int
    recovered: bool


class Outcome(TypedDict):
    """How a program ended; the chain is empty unless `kind` is "panic"."""

    kind: str
    chain: list[Link]


class Behaviour(TypedDict):
    """Outcome, and the traces of all goroutines, sorted, without the empty ones."""

    outcome: Outcome
    traces: list[list[int]]


def bad_nest(message: str) -> QuakeError:
    """The error of a nest that is not there, does not build, or ended as no nest can."""
    return QuakeError(Status.BAD_INPUT, message)


# The texts of runtime errors, as harness/go/shim.go knows them too, and the codes that stand for them.
ERROR_CODES = {
    "nil pointer dereference": -1,
    "index out of range": -2,
    "integer divide by zero": -3,
    "closed channel": -5,
    "close of nil channel": -6,
}
UNKNOWN_CODE = -9

# Go 1.19 says "nil", Go 1.21 and later have an error for it.
NIL_PANIC = re.compile(r"nil|panic called with nil argument.*")

FATAL_ERRORS = {
    "no goroutines (main called runtime.Goexit) - deadlock!": "goexit",
    "all goroutines are asleep - deadlock!": "deadlock",
    "stack overflow": "overflow",
}

PANIC_LINE = re.compile(
    r"^\t?panic: (?P<value>.*?)(?P<recovered> \[recovered(?P<again>, repanicked)?\])?$"
)
INT_VALUE = re.compile(r"-?\d+")


def panic_code(value: str) -> int:
    """The code of a panic's value as a crash prints it."""
    if INT_VALUE.fullmatch(value):
        return int(value)
    return next((code for text, code in ERROR_CODES.items() if text in value), UNKNOWN_CODE)


def panic_outcome(lines: Iterable[str]) -> Outcome | None:
    """The outcome that the "panic: " lines of a crash tell; None where there are none.

    Newer toolchains print a value that was recovered and panicked with again once, marked
    "[recovered, repanicked]": that line is two panics.
    """
    chain: list[Link] = []
    for line in lines:
        match = PANIC_LINE.match(line)
        if match is None:
            continue
        if NIL_PANIC.fullmatch(match["value"]):
            return {"kind": "nilpanic", "chain": []}
        code = panic_code(match["value"])
        chain.append({"code": code, "recovered": match["recovered"] is not None})
        if match["again"]:
            chain.append({"code": code, "recovered": False})
    return {"kind": "panic", "chain": chain} if chain else None


def read_outcome(status: int, errors: str) -> Outcome | None:
    """The outcome that a program's exit status and standard error tell.

    None for an ending that no nest has.
    """
    if status == 0:
        return {"kind": "exit", "chain": []}
    lines = errors.splitlines()
    for line in lines:
        kind = FATAL_ERRORS.get(line.removeprefix("fatal error: "))
        if line.startswith("fatal error: ") and kind is not None:
            return {"kind": kind, "chain": []}
    return panic_outcome(lines)


def read_traces(output: str) -> list[list[int]]:
    """The traces that the shim's "T GOROUTINE NUMBER" lines tell."""
    traces: dict[str, list[int]] = defaultdict(list)
    for line in output.splitlines():
        _, goroutine, value = line.split(" ")
        traces[goroutine].append(int(value))
    return sorted(traces.values())


@dataclass(frozen=True)
class Toolchain:
    """A Go toolchain, and the folder of its build cache, which is kept between calls."""

    go: str
    cache: Path = CACHE

    @staticmethod
    def find(go: str | None = None) -> Toolchain:
        """The toolchain `go`, a path or a name on PATH; Debian's where none is named."""
        found = shutil.which(go or "go")
        if found is None:
            message = f"no Go toolchain: {go or 'go'} is not there (apt-get install golang-go)"
            raise QuakeError(Status.MISSING, message)
        return Toolchain(found)

    def environment(self) -> dict[str, str]:
        """Nothing of the user's Go settings, no network, no other toolchain than this one."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.cache),
            "GOPATH": str(self.cache / "path"),
            "GOCACHE": str(self.cache / "cache"),
            "GOENV": "off",
            "GO111MODULE": "off",
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
        }

    def build(self, nest: Path, folder: Path) -> Path:
        """The program made of one nest, in `folder`; raises Go's message when it does not build."""
        shutil.copyfile(nest, folder / "nest.go")
        shutil.copyfile(SHIM, folder / "shim.go")
        command = [self.go, "build", "-gcflags=-l", "-o", "nest", "nest.go", "shim.go"]
        done = subprocess.run(
            command,
            cwd=folder,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=BUILD_SECONDS,
        )
        if done.returncode != 0:
            raise bad_nest(f"{nest}: {done.stderr.strip()}")
        return folder / "nest"

    def run(self, nest: Path, seconds: float = RUN_SECONDS) -> Behaviour:
        """Builds and runs one nest. A run longer than `seconds` has the outcome "fuel" and no traces."""
        with tempfile.TemporaryDirectory(prefix="stackquake-") as folder:
            program = self.build(nest, Path(folder))
            try:
                # One processor keeps runs repeatable. Goroutine dumps would tell nothing more.
                done = subprocess.run(
                    [program],
                    env={"GOMAXPROCS": "1", "GOTRACEBACK": "none"},
                    capture_output=True,
                    text=True,
                    timeout=seconds,
                )
            except subprocess.TimeoutExpired:
                return {"outcome": {"kind": "fuel", "chain": []}, "traces": []}
        outcome = read_outcome(done.returncode, done.stderr)
        if outcome is None:
            errors = done.stderr[:ERROR_CHARACTERS]
            raise bad_nest(f"{nest}: ended with status {done.returncode}: {errors}")
        return {"outcome": outcome, "traces": read_traces(done.stdout)}

    def run_all(
        self, nests: Sequence[Path], seconds: float = RUN_SECONDS, jobs: int | None = None
    ) -> dict[Path, Behaviour]:
        """Runs several nests, `jobs` at a time (by default one a processor), in the order given."""
        self.cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(jobs or os.cpu_count()) as pool:
            return dict(zip(nests, pool.map(lambda nest: self.run(nest, seconds), nests)))


def find_nests(paths: Iterable[Path]) -> list[Path]:
    """The nests named, and those in the folders named; raises for a path that is neither."""
    nests: list[Path] = []
    for path in paths:
        if path.is_dir():
            nests += sorted(path.glob("*.go"))
        elif path.is_file():
            nests.append(path)
        else:
            raise bad_nest(f"{path}: no such file or folder")
    return nests


def stated_behaviour(nest: Path) -> Behaviour:
    """The "modern" behaviour that behaviours.json beside a nest states."""
    file = nest.parent / "behaviours.json"
    try:
        behaviour: Behaviour = json.loads(file.read_text())[nest.stem]["modern"]
    except (FileNotFoundError, KeyError) as error:
        raise bad_nest(f"{nest}: {file} states no modern behaviour ({error})") from None
    return behaviour


def differences(behaviours: dict[Path, Behaviour]) -> dict[Path, tuple[Behaviour, Behaviour]]:
    """The nests that behave otherwise than stated, with the stated and the seen behaviour."""
    pairs = {nest: (stated_behaviour(nest), seen) for nest, seen in behaviours.items()}
    return {nest: pair for nest, pair in pairs.items() if pair[0] != pair[1]}


def to_json(behaviours: dict[Path, Behaviour]) -> str:
    """One nest a line, as behaviours.json has them."""
    lines = [f" {json.dumps(str(nest))}: {json.dumps(seen)}" for nest, seen in behaviours.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def report_differences(behaviours: dict[Path, Behaviour]) -> int:
    """Tells on standard error what differs from behaviours.json, and the exit status."""
    wrong = differences(behaviours)
    for nest, (stated, seen) in wrong.items():
        print(f"{nest}: not as stated\n  stated {stated}\n  seen   {seen}", file=sys.stderr)
    right = len(behaviours) - len(wrong)
    print(f"{right} of {len(behaviours)} nests behave as stated", file=sys.stderr)
    return Status.FOUND if wrong else Status.OK


def parse_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="stackquake.toolchain", description="Run nests on a real Go toolchain."
    )
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="a nest, or a folder of nests")
    add("--check", action="store_true", help="compare with behaviours.json beside the nests")
    add("--go", help="the toolchain's go command (default: the one on PATH)")
    add("--seconds", type=float, default=RUN_SECONDS, help="limit of a run (default: %(default)s)")
    add("--jobs", type=int, help="nests at a time (default: one a processor)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit status."""
    options = parse_arguments(arguments)
    try:
        toolchain = Toolchain.find(options.go)
        behaviours = toolchain.run_all(find_nests(options.paths), options.seconds, options.jobs)
        if options.check:
            return report_differences(behaviours)
    except QuakeError as error:
        print(error, file=sys.stderr)
        return error.status
    print(to_json(behaviours))
    return Status.OK


if __name__ == "__main__":
    sys.exit(main())
