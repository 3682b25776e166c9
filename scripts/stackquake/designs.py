"""What there is to run: designs, their defects, and nests with the defects that they say they find.

The program list_designs knows all of it.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.status import QuakeError, Status


@dataclass(frozen=True)
class Defect:
    """A bug that a design once had. Several designs may have one of the same slug."""

    slug: str
    design: str


@dataclass(frozen=True)
class Nest:
    """A file, and the slugs of the defects that it says it finds."""

    file: str
    finds: tuple[str, ...]


@dataclass(frozen=True)
class Inventory:
    """All of it, in the order in which the program tells it."""

    designs: tuple[str, ...]
    defects: tuple[Defect, ...]
    nests: tuple[Nest, ...]

    def only(self, designs: Sequence[str]) -> "Inventory":
        """With these designs alone, in their own order; with all of them when none is named."""
        for name in designs:
            if name not in self.designs:
                there_is = ", ".join(self.designs)
                raise QuakeError(Status.BAD_INPUT, f"no design {name}; there is {there_is}")
        kept = tuple(name for name in self.designs if name in designs or not designs)
        return Inventory(kept, tuple(d for d in self.defects if d.design in kept), self.nests)


def take_inventory(program: Path, paths: Sequence[str]) -> Inventory:
    """Asks the program. What it has against a file goes to standard error, and ends the command."""
    finished = subprocess.run([program, "--", *paths], stdout=subprocess.PIPE)
    if finished.returncode == Status.BAD_INPUT:
        raise QuakeError(Status.BAD_INPUT, "nothing was run, see above")
    if finished.returncode != 0:
        raise QuakeError(Status.MISSING, f"{program.name} ended with {finished.returncode}")
    try:
        document = json.loads(finished.stdout)
        return Inventory(
            tuple(document["designs"]),
            tuple(Defect(defect["slug"], defect["design"]) for defect in document["defects"]),
            # A file that was named twice is one nest.
            tuple(dict.fromkeys(Nest(n["file"], tuple(n["finds"])) for n in document["nests"])),
        )
    except (ValueError, LookupError, TypeError) as error:
        raise QuakeError(Status.MISSING, f"{program.name} printed no inventory: {error}") from None
