"""How far an enumeration has come, as the file from which it goes on."""

import contextlib
import fcntl
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stackquake.enumeration.chunk import Chunk
from stackquake.files import short_hash, shown, write_atomically
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

SCHEMA = 1


@dataclass
class Totals:
    """What was swept."""

    nests: int = 0  # swept wholly
    safepoints: int = 0
    runs: int = 0

    @property
    def points(self) -> int:
        """Places for a copy and places for a collection, of all nests together."""
        return 2 * self.safepoints

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            self.nests + other.nests, self.safepoints + other.safepoints, self.runs + other.runs
        )


@dataclass
class State:
    """What the nests below `next` have shown. Nests have the same numbers whatever the size is up
    to which they are enumerated, so a larger enumeration goes on from a smaller one."""

    next: int = 0
    totals: list[Totals] = field(default_factory=list)  # of the nests of 0, 1, … statements
    seconds: float = 0.0
    deaths: list[int] = field(default_factory=list)  # nests that were left out
    seen: dict[str, int] = field(default_factory=dict)  # runs that have shown each signature
    first: dict[str, int] = field(default_factory=dict)  # the first nest of each signature
    versions: list[str] = field(default_factory=list)  # of the project, in order

    def add(self, chunk: Chunk, size: int, version: str) -> None:
        """Adds the chunk that begins at `next`, of nests of a size."""
        assert chunk.first == self.next
        self.next = chunk.end
        while len(self.totals) <= size:
            self.totals.append(Totals())
        self.totals[size] += Totals(chunk.nests, chunk.safepoints, chunk.runs)
        self.deaths += chunk.deaths
        self.seen = dict(Counter(self.seen) + chunk.seen)
        for wrong in sorted(chunk.wrong, key=lambda one: one.number):
            self.first.setdefault(wrong.shown.violation["signature"], wrong.number)
        if version not in self.versions:
            self.versions.append(version)

    def up_to(self, size: int) -> Totals:
        """Of the nests of at most so many statements, as far as they are done."""
        return sum(self.totals[: size + 1], Totals())


def file_of(folder: Path, settings: Settings) -> Path:
    """The file of an enumeration with these settings."""
    name = "-".join([settings.design, *settings.defects, settings.poison])
    if len(name) > 100:
        name = f"{settings.design}-{short_hash(name)}"
    return folder / f"{name}.json"


def read(file: Path, settings: Settings, alphabet: str) -> State:
    """The state in a file; a new one if there is none.

    `alphabet` stands for what the numbers of nests mean. Raises QuakeError if the file has
    something else.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise QuakeError(Status.MISSING, f"{shown(file)}: {error.strerror}") from None
    try:
        document = json.loads(text)
        if document["schema"] == SCHEMA and document["settings"] == _told(settings, alphabet):
            state = State(**document["state"])
            state.totals = [Totals(**one) for one in document["state"]["totals"]]
            return state
    except (ValueError, LookupError, TypeError):
        pass
    message = f"{shown(file)}: no state of this enumeration; --fresh begins anew"
    raise QuakeError(Status.BAD_INPUT, message)


def write(file: Path, settings: Settings, alphabet: str, state: State) -> None:
    """Writes the file, whole or not at all."""
    told = _told(settings, alphabet)
    document = {"schema": SCHEMA, "settings": told, "state": asdict(state)}
    write_atomically(file, json.dumps(document, indent=1) + "\n")


def _told(settings: Settings, alphabet: str) -> dict[str, Any]:
    return {
        "design": settings.design,
        "defects": list(settings.defects),
        "poison": settings.poison,
        "alphabet": alphabet,
    }


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Keeps other processes from going on from the same file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file.with_suffix(".lock"), "w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"another process enumerates with {shown(file)}"
            raise QuakeError(Status.MISSING, message) from None
        yield
