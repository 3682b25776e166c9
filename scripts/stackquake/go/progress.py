"""What a campaign on real Go has done, as the file from which it goes on."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stackquake.files import shown, write_atomically
from stackquake.go.comparing import Case, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.shard import Shard
from stackquake.go.variant import Variant
from stackquake.printable import printable
from stackquake.series import MAX_SEED
from stackquake.status import QuakeError, Status

PROGRESS = "progress.json"
# The member of the file that `quake go merge` writes: the progress of each shard.
PARTS = "parts"
# The setting that no option has alone: the names of the toolchains in their modes.
VARIANTS = "toolchains"
OBJECTS = ("settings", "profiles", "compared", "outcomes", "skipped", "known", "findings")


@dataclass(frozen=True)
class Suspect:
    """A nest that disagreed when it was run once, and when in the campaign that was."""

    variant: str  # its name
    case: Case
    actual: Behaviour
    nests: int
    seconds: float

    @staticmethod
    def of(one: Disagreement, nests: int, seconds: float) -> Suspect:
        """A disagreement that was seen after so many nests and seconds."""
        return Suspect(one.variant.name, one.case, one.actual, nests, seconds)

    def on(self, variant: Variant) -> Disagreement:
        """The disagreement; `variant` is the one that is named."""
        return Disagreement(self.case, variant, self.actual)


@dataclass
class Progress:
    """Counts, findings, and the suspects that have not been looked at yet."""

    seed: int
    shard: str = "1/1"  # of the seed's series
    # What else decides which nests are run, and on what: see fuzz.py. Files of earlier versions
    # have none.
    settings: dict[str, Any] = field(default_factory=dict)
    generated: int = 0
    seconds: float = 0.0
    profiles: dict[str, int] = field(default_factory=dict)  # nests that have run, by profile
    compared: dict[str, int] = field(default_factory=dict)  # nests, by variant
    outcomes: dict[str, int] = field(default_factory=dict)  # expected ones, of nests compared
    skipped: dict[str, int] = field(default_factory=dict)  # nests not compared, by reason
    unsteady: int = 0  # nests that disagreed at times
    slow: int = 0  # nests that did as expected until their time was up
    known: dict[str, int] = field(default_factory=dict)  # disagreements, by entry of known.json
    findings: dict[str, dict[str, Any]] = field(default_factory=dict)  # by variant and signature
    left_out: int = 0  # disagreements not looked at, where a batch had too many alike
    waiting: list[Suspect] = field(default_factory=list)

    @staticmethod
    def load(
        folder: Path,
        seed: int | None,
        shard: Shard | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> Progress:
        """That of an earlier call, or a new one. What is None is as it was then, or by default.

        Raises QuakeError if the earlier call was of another seed, shard or settings.
        """
        path = folder / PROGRESS
        if not path.exists():
            if shard is not None and seed is None:
                message = "--shard needs --seed, which must be the same for all shards"
                raise QuakeError(Status.BAD_INPUT, message)
            seed = seed or 1 + secrets.randbelow(MAX_SEED)
            return Progress(seed, str(shard or Shard()), dict(settings or {}))
        document = read(path)
        if PARTS in document:
            message = f"{told(folder)} is merged: continue its shards where each was run"
            raise QuakeError(Status.BAD_INPUT, message)
        progress = Progress.of(document, path)
        progress.settings = progress.settings or dict(settings or {})
        wanted = Progress(
            seed or progress.seed,
            str(shard or progress.shard),
            dict(settings or progress.settings),
        )
        if (difference := progress.difference(wanted)) is not None:
            what, mine, _ = difference
            message = f"{told(folder)} is of {what} {mine}; name another folder with --out"
            raise QuakeError(Status.BAD_INPUT, message)
        return progress

    @staticmethod
    def of(document: dict[str, Any], path: Path) -> Progress:
        """What a file says. Raises QuakeError if it is no progress."""
        try:
            waiting = [
                Suspect(**{**one, "case": Case(**one["case"])})
                for one in document.get("waiting", [])
            ]
            progress = Progress(**{**document, "waiting": waiting})
            Shard.of(progress.shard)
            for name in OBJECTS:
                if not isinstance(getattr(progress, name), dict):
                    raise TypeError(f"{name} is no object")
        except (ValueError, TypeError, KeyError, argparse.ArgumentTypeError) as error:
            raise QuakeError(Status.BAD_INPUT, f"{told(path)}: {error}") from None
        return progress

    def difference(self, other: Progress) -> tuple[str, str, str] | None:
        """Wherein the campaigns differ, for people: its name, and what both have; None if equal."""
        mine, others = self._identity(), other._identity()
        for what in {**mine, **others}:
            if mine.get(what) != others.get(what):
                return what, mine.get(what, "unknown"), others.get(what, "unknown")
        return None

    def _identity(self) -> dict[str, str]:
        settings = {_option(name): _value(value) for name, value in self.settings.items()}
        return {"--seed": str(self.seed), "--shard": self.shard, **settings}

    def save(self, folder: Path) -> None:
        """Writes it, whole or not at all."""
        write_atomically(folder / PROGRESS, json.dumps(asdict(self), indent=1) + "\n")


def _option(name: str) -> str:
    return name if name == VARIANTS else f"--{name}"


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return {True: "on", False: "off"}.get(value, str(value))


def read(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises QuakeError if it has none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        message = f"{told(path.parent)} has no {path.name} of quake go fuzz"
        raise QuakeError(Status.BAD_INPUT, message) from None
    except (OSError, ValueError) as error:
        raise QuakeError(Status.BAD_INPUT, f"{told(path)}: {error}") from None
    if not isinstance(document, dict):
        raise QuakeError(Status.BAD_INPUT, f"{told(path)}: no object")
    return document


def add(a: Mapping[str, int], b: Mapping[str, int]) -> dict[str, int]:
    """Both counts together, in the order of their names."""
    return dict(sorted((Counter(a) + Counter(b)).items()))


def told(path: Path) -> str:
    """A path for a message."""
    return printable(shown(path))


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """For a campaign, whose folder is made. Raises QuakeError while another one has it."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"another campaign works in {told(folder)}; name another folder with --out"
            raise QuakeError(Status.BAD_INPUT, message) from None
        yield


@contextlib.contextmanager
def at_rest(folder: Path) -> Iterator[None]:
    """Keeps campaigns from starting in a folder, which may be one that nobody can write to.

    Raises QuakeError while a campaign works in it.
    """
    try:
        file = open(folder / "lock", encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):  # as in a copy without it
        yield
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"a campaign works in {told(folder)}: merge it when it has ended"
            raise QuakeError(Status.BAD_INPUT, message) from None
        yield
