"""Nests for campaigns on real Go: made from seeds, chosen by what they reach, or all small ones."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from stackquake.files import write_atomically
from stackquake.go import nests
from stackquake.jobs import build
from stackquake.jobs.children import CHILDREN
from stackquake.status import QuakeError, Status

GENERATOR = "generate_nests"
ENUMERATOR = "enumerate_nests"
SELECTOR = "fuzz_goroutines"  # the target whose coverage is asked for

# With --select, nests that are made for each one that a batch has room for. A run on the reference
# runtime costs a twentieth of a run on Go.
MADE_FOR_ONE = 10


# What the nests of a campaign have most of. The generator makes a nest of each in turn.
PROFILES = ("records", "compiler")
TURNS = "turns"


@dataclass(frozen=True)
class Origin:
    """What a nest is made from, beside the seed of its series."""

    profile: str
    number: int


def origin_of(name: str) -> Origin:
    """That of a nest with this name: PROFILE-NUMBER."""
    profile, number = name.rsplit("-", 1)
    return Origin(profile, int(number))


class Maker(Protocol):
    """What a campaign gets its nests from."""

    def make(self, seed: int, numbers: Sequence[range]) -> dict[str, str]:
        """Those of the nests with these numbers of a series that are worth running.

        Their names tell what they are made from: see origin_of.
        """

    def remember(self, texts: Iterable[str]) -> None:
        """Says of nests that they have been run."""


class Generator:
    """Makes nests with one goroutine or with several, each worth running."""

    def __init__(self, goroutines: bool, profile: str = TURNS) -> None:
        self._flags = [f"--profile={profile}", *(["--goroutines"] if goroutines else [])]

    def make(self, seed: int, numbers: Sequence[range]) -> dict[str, str]:
        """As Maker has it."""
        with tempfile.TemporaryDirectory(prefix="quake-nests-") as name:
            self.write(seed, numbers, Path(name))
            return _texts_in(Path(name))

    def write(self, seed: int, numbers: Sequence[range], folder: Path) -> None:
        """Makes the nests as files."""
        program = str(build.program("release", GENERATOR))
        for one in numbers:
            options = {"--seed": seed, "--first": one.start, "--count": len(one)}
            arguments = [word for name, number in options.items() for word in (name, str(number))]
            call([program, *arguments, "--directory", str(folder), *self._flags])

    def remember(self, texts: Iterable[str]) -> None:
        """Makes each nest once anyway."""


class SmallNests:
    """Makes the nests of an enumeration, which have numbers and need no seed."""

    PROFILE = "small"

    def __init__(self, size: int) -> None:
        """Of at most so many statements."""
        self._size = size

    def make(self, seed: int, numbers: Sequence[range]) -> dict[str, str]:
        """As Maker has it, whatever the seed is."""
        texts: dict[str, str] = {}
        for one in numbers:
            for event in self._ask("--texts", f"--first={one.start}", f"--end={one.stop}"):
                texts[f"{self.PROFILE}-{event['number']}"] = event["nest"]
        return texts

    def count(self) -> int:
        """How many nests there are."""
        return sum(event["nests"] for event in self._ask("--count"))

    def remember(self, texts: Iterable[str]) -> None:
        """Makes each nest once anyway."""

    def _ask(self, *options: str) -> list[dict[str, Any]]:
        program = str(build.program("release", ENUMERATOR))
        output = call([program, f"--size={self._size}", *options])
        return [json.loads(line) for line in output.splitlines()]


class Selector:
    """Takes of what a generator makes the nests that reach something new.

    New is what no nest that it remembers, and none that it has taken of the same batch, reached in
    the reference runtime. It remembers nests as files of a folder, which outlasts it.
    """

    def __init__(self, generator: Generator, reached: Path) -> None:
        self._generator = generator
        self._reached = reached

    def make(self, seed: int, numbers: Sequence[range]) -> dict[str, str]:
        """As Maker has it."""
        with tempfile.TemporaryDirectory(prefix="quake-nests-") as name:
            made, kept = Path(name) / "made", Path(name) / "kept"
            made.mkdir()
            kept.mkdir()
            self._generator.write(seed, numbers, made)
            before = self._remembered()
            for path in before:
                os.symlink(path, kept / path.name)
            call([str(build.program("fuzz", SELECTOR)), "-merge=1", "-verbosity=0", kept, made])
            for path in before:
                (kept / path.name).unlink()
            taken = {path.read_bytes() for path in kept.iterdir()}
            for path in made.iterdir():
                if path.read_bytes() not in taken:
                    path.unlink()
            return _texts_in(made)

    def remember(self, texts: Iterable[str]) -> None:
        """As Maker has it."""
        first = len(self._remembered())
        for number, text in enumerate(texts, first):
            write_atomically(self._reached / f"{number:08}.go", text)

    def _remembered(self) -> list[Path]:
        return sorted(self._reached.absolute().glob("*.go"))


def _texts_in(folder: Path) -> dict[str, str]:
    """The nests of a folder by their names, in the order of their numbers."""
    files = sorted(folder.glob("*.go"), key=lambda path: origin_of(path.stem).number)
    texts = nests.read_texts(map(str, files))
    return {Path(file).stem: text for file, text in texts.items()}


def call(command: Sequence[str | Path]) -> str:
    """What a program of ours prints; raises QuakeError with what it said last if it fails."""
    done = CHILDREN.run([str(word) for word in command])
    if done.returncode != 0:
        words = done.stderr.strip().splitlines()[-1:] or ["nothing said"]
        message = f"{Path(command[0]).name} ended with status {done.returncode}: {words[0]}"
        raise QuakeError(Status.MISSING, message)
    return done.stdout


def ensure_programs(*, select: bool) -> None:
    """Builds what is called here."""
    nests.ensure_programs(GENERATOR, ENUMERATOR)
    if select:
        build.ensure("fuzz", [SELECTOR])
