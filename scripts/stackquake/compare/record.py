"""All that a comparison has shown so far, as the document that it writes.

The document is written anew after each part of the work and after each round of measurements. So a
comparison that ends early, in whatever way, loses at most the part in hand. Reports are made from
the document alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from stackquake.files import reason_of, shown, write_atomically
from stackquake.status import QuakeError, Status
from stackquake.trials.trial import Result, result_of

SCHEMA = 1


@dataclass
class Contender:
    """A design that is compared."""

    name: str
    level: str  # of the oracle
    built_in: list[str] = field(default_factory=list)  # its defects, if it must be wrong
    defects: dict[str, str] = field(default_factory=dict)  # that it has as switches, by check

    @property
    def must_be_right(self) -> bool:
        """Whether it has no defect unless one is switched on."""
        return not self.built_in


@dataclass
class Example:
    """The first nest that has shown a signature."""

    nest: str
    message: str
    text: str = ""  # of the nest


@dataclass
class Checked:
    """What a part of the checking has shown on one design."""

    design: str
    part: str  # "corpus", "generated", "sweep" or "enumeration"
    nests: int = 0
    runs: int = 0
    wrong: int = 0  # runs on which a check fired
    left_out: int = 0  # nests that were not run wholly, because they end their process
    checks: dict[str, int] = field(default_factory=dict)  # runs by the check that fired
    examples: dict[str, Example] = field(default_factory=dict)  # by signature


@dataclass
class Disagreement:
    """A nest that designs of one level run differently."""

    nest: str
    level: str
    behaviours: dict[str, str]  # by design
    text: str = ""


@dataclass
class Operation:
    """An operation that is measured."""

    name: str
    description: str
    unit: str
    complexity: str  # that is expected: "1" or "N"
    is_copy: bool
    sizes: list[int]


@dataclass
class Round:
    """One round of measurements: nanoseconds by contender and place, "OPERATION/SIZE"."""

    times: dict[str, dict[str, float]] = field(default_factory=dict)
    fits: dict[str, dict[str, str]] = field(default_factory=dict)  # by contender and operation


@dataclass
class Searched:
    """The trials with a defect of a design."""

    design: str
    defect: str
    check: str
    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def trials(self) -> list[Result]:
        """The results, in the order of their seeds."""
        return sorted(map(result_of, self.results), key=lambda result: result.trial.seed)


@dataclass
class Record:
    """The document."""

    begun: str
    version: str
    machine: str
    baseline: str
    options: dict[str, Any]
    designs: list[Contender]
    schema: int = SCHEMA
    interrupted: bool = False
    checked: list[Checked] = field(default_factory=list)
    compared_nests: int = 0  # of the corpus and generated, on all designs of a level
    disagreements: list[Disagreement] = field(default_factory=list)
    situations: dict[str, dict[str, int]] = field(default_factory=dict)  # by design
    searched: list[Searched] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    counts: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    broken: dict[str, dict[str, str]] = field(default_factory=dict)  # places without a time, why
    toolchains: list[str] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def contender(self, name: str) -> Contender:
        """The design of this name, which must be there."""
        return next(design for design in self.designs if design.name == name)

    def checked_on(self, design: str) -> list[Checked]:
        """The parts of the checking that a design has behind it."""
        return [one for one in self.checked if one.design == design]

    def searched_on(self, design: str) -> list[Searched]:
        """The defects of a design that were looked for."""
        return [one for one in self.searched if one.design == design]

    def times(self, contender: str, place: str) -> list[float]:
        """The nanoseconds of all rounds that have this place."""
        found = (one.times.get(contender, {}).get(place) for one in self.rounds)
        return [time for time in found if time is not None]

    def document(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)

    def write(self, file: Path) -> None:
        """Writes the file, whole or not at all."""
        try:
            write_atomically(file, json.dumps(self.document(), indent=1) + "\n")
        except OSError as error:
            message = f"{shown(file)} cannot be written: {reason_of(error)}"
            raise QuakeError(Status.MISSING, message) from None


def read(file: Path) -> Record:
    """The record in a file. Raises QuakeError where it has none."""
    try:
        return of_document(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        message = f"{shown(file)} cannot be read: {reason_of(error)}"
    except (ValueError, LookupError, TypeError, AttributeError):
        message = f"{shown(file)} is no document of `quake compare`"
    raise QuakeError(Status.BAD_INPUT, message)


def of_document(document: dict[str, Any]) -> Record:
    """The opposite of `document`. Raises one of the errors that `read` names."""
    if document["schema"] != SCHEMA:
        raise ValueError("another schema")
    kinds = {
        "designs": Contender,
        "disagreements": Disagreement,
        "operations": Operation,
        "rounds": Round,
        "searched": Searched,
    }
    fields = dict(document)
    for name, kind in kinds.items():
        fields[name] = [kind(**one) for one in document[name]]
    fields["checked"] = [_checked(one) for one in document["checked"]]
    return Record(**fields)


def _checked(document: dict[str, Any]) -> Checked:
    examples = {name: Example(**one) for name, one in document["examples"].items()}
    return Checked(**{**document, "examples": examples})


def place_of(operation: str, size: int) -> str:
    """How times and counts name an operation of a size."""
    return f"{operation}/{size}"


def places(operations: Iterable[Operation]) -> list[tuple[Operation, int, str]]:
    """All operations and sizes with their places."""
    return [(one, size, place_of(one.name, size)) for one in operations for size in one.sizes]
