"""The fuzz targets as fuzzers/oss-fuzz builds them: one program for each target and design."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from stackquake.jobs.designs import Inventory
from stackquake.settings import DEFAULT_DESIGN
from stackquake.targets import ON_ONE_DESIGN

# The targets that run all designs, or none. They are told one, which makes no difference to them.
EVERY_DESIGN = ("designs", "language")


@dataclass(frozen=True)
class Binary:
    """A program, and what is compiled into it."""

    name: str
    target: str
    design: str
    is_right: bool = True  # it has nothing to find that is known: no defects are built in


def binaries(inventory: Inventory) -> list[Binary]:
    """All programs, by their names."""
    found = [Binary(f"fuzz_{target}", target, DEFAULT_DESIGN) for target in EVERY_DESIGN]
    for design in inventory.designs:
        suffix = re.sub(r"\W", "_", design.name)
        found += [
            Binary(f"fuzz_{target}_{suffix}", target, design.name, not design.built_in)
            for target in ON_ONE_DESIGN
        ]
    return sorted(found, key=lambda binary: binary.name)


def named_in(path: PurePath, known: Iterable[Binary]) -> Binary | None:
    """The program that a path names, in the file's name or else in the nearest folder's.

    Services name what they have found after the program, or put it into a folder of that name.
    None where no part of the path names exactly one program.
    """
    by_name = {binary.name: binary for binary in known}
    for part in reversed(path.parts):
        names = _names_in(part, list(by_name))
        if names:
            return by_name[names[0]] if len(names) == 1 else None
    return None


def _names_in(part: str, names: Sequence[str]) -> list[str]:
    """Which of the names stand in a part of a path, as whole words."""
    return [name for name in names if re.search(rf"(?<![A-Za-z0-9_]){name}(?![A-Za-z0-9_])", part)]
