"""What can be run: designs, their defects, and nests with the defects that they say they find.

The program list_designs knows the designs, and reads the nests.
"""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stackquake.inputs import fitting
from stackquake.jobs.children import CHILDREN
from stackquake.status import QuakeError, Status


@dataclass(frozen=True)
class Design:
    """A way to do deferred calls, panics and copies, and the slugs of the defects in it."""

    name: str
    built_in: tuple[str, ...] = ()  # always there, without a switch
    level: str = ""  # of the oracle, with which it must agree


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
    """Designs, defects and nests, in the order in which list_designs prints them."""

    designs: tuple[Design, ...]
    defects: tuple[Defect, ...]
    nests: tuple[Nest, ...]
    refused: tuple[str, ...] = ()  # files that are no nests

    def only(self, designs: Sequence[str]) -> "Inventory":
        """The inventory with these designs alone, or with all of them when none is named."""
        names = [design.name for design in self.designs]
        for name in designs:
            if name not in names:
                raise QuakeError(Status.BAD_INPUT, f"no design {name}; there is {', '.join(names)}")
        kept = tuple(d for d in self.designs if d.name in designs or not designs)
        kept_names = [design.name for design in kept]
        switches = tuple(defect for defect in self.defects if defect.design in kept_names)
        return replace(self, designs=kept, defects=switches)

    def design(self, name: str) -> Design:
        """The design of this name, which must be there."""
        return next(design for design in self.designs if design.name == name)

    def switch(self, slug: str, design: str) -> Defect:
        """The defect of this slug in this design, which must be there."""
        return next(d for d in self.defects if (d.slug, d.design) == (slug, design))


def take_inventory(program: Path, files: Sequence[str]) -> Inventory:
    """Asks list_designs, which `program` is, about these files.

    The program prints on standard error what is wrong with files that are no nests; `refused` has
    their names. Raises QuakeError when the program does not work.
    """
    names = list(dict.fromkeys(files))  # a file that is named twice is one nest
    part = fitting(names, 0)
    inventory = _ask(program, part)
    done = len(part)
    while done < len(names):
        part = fitting(names, done)
        more = _ask(program, part)
        nests, refused = inventory.nests + more.nests, inventory.refused + more.refused
        inventory = replace(inventory, nests=nests, refused=refused)
        done += len(part)
    return inventory


def _ask(program: Path, files: Sequence[str]) -> Inventory:
    """Asks about files that fit into one command."""
    command = [str(program), "--", *files]
    with CHILDREN.start(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        output, _ = process.communicate()
    if process.returncode not in (Status.OK, Status.BAD_INPUT):
        raise QuakeError(Status.MISSING, f"{program.name} ended with {process.returncode}")
    try:
        return _inventory(json.loads(output), files)
    except (ValueError, LookupError, TypeError) as error:
        raise QuakeError(Status.MISSING, f"{program.name} printed no inventory: {error}") from None


def _inventory(document: Any, files: Sequence[str]) -> Inventory:
    # Names are taken from `files`: the document cannot have those that are not UTF-8.
    answers = list(zip(files, document["nests"], strict=True))
    return Inventory(
        tuple(_design(d) for d in document["designs"]),
        tuple(Defect(**defect) for defect in document["defects"]),
        tuple(Nest(file, tuple(said["finds"])) for file, said in answers if "error" not in said),
        tuple(file for file, said in answers if "error" in said),
    )


def _design(document: Any) -> Design:
    return Design(document["name"], tuple(document["built_in"]), document.get("level", ""))
