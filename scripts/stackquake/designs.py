"""What there is to run: designs, their defects, and nests with the defects that they say they find.

The program list_designs knows all of it.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.status import QuakeError, Status


@dataclass(frozen=True)
class Design:
    """A way to do deferred calls, panics and copies, and the slugs of the defects in it."""

    name: str
    built_in: tuple[str, ...] = ()  # there whatever is switched on


@dataclass(frozen=True)
class Defect:
    """A bug that a design once had, as a switch. Several designs may have one of the same slug."""

    slug: str
    design: str
    fixed_by: str  # the change of Go, by the beginning of its hash
    check: str  # that finds it
    description: str  # a paragraph


@dataclass(frozen=True)
class Nest:
    """A file, and the slugs of the defects that it says it finds."""

    file: str
    finds: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """All of it, in the order in which the program tells it."""

    designs: tuple[Design, ...]
    defects: tuple[Defect, ...]
    nests: tuple[Nest, ...]

    def only(self, designs: Sequence[str]) -> "Inventory":
        """With these designs alone, in their own order; with all of them when none is named."""
        names = [design.name for design in self.designs]
        for name in designs:
            if name not in names:
                raise QuakeError(Status.BAD_INPUT, f"no design {name}; there is {', '.join(names)}")
        kept = tuple(d for d in self.designs if d.name in designs or not designs)
        kept_names = [design.name for design in kept]
        switches = tuple(defect for defect in self.defects if defect.design in kept_names)
        return Inventory(kept, switches, self.nests)

    def design(self, name: str) -> Design:
        """The design of this name, which there is."""
        return next(design for design in self.designs if design.name == name)

    def switch(self, slug: str, design: str) -> Defect:
        """The defect of this slug in this design, which there is."""
        return next(d for d in self.defects if (d.slug, d.design) == (slug, design))


def take_inventory(program: Path, paths: Sequence[str]) -> Inventory:
    """Asks the program. What it has against a file goes to standard error, and ends the command."""
    finished = subprocess.run([program, "--", *paths], stdout=subprocess.PIPE)
    if finished.returncode == Status.BAD_INPUT:
        raise QuakeError(Status.BAD_INPUT, "nothing was run, see above")
    if finished.returncode != 0:
        raise QuakeError(Status.MISSING, f"{program.name} ended with {finished.returncode}")
    try:
        return _inventory(json.loads(finished.stdout))
    except (ValueError, LookupError, TypeError) as error:
        raise QuakeError(Status.MISSING, f"{program.name} printed no inventory: {error}") from None


def _inventory(document: Any) -> Inventory:
    return Inventory(
        tuple(Design(d["name"], tuple(d["built_in"])) for d in document["designs"]),
        tuple(Defect(**defect) for defect in document["defects"]),
        # A file that was named twice is one nest.
        tuple(dict.fromkeys(Nest(n["file"], tuple(n["finds"])) for n in document["nests"])),
    )
