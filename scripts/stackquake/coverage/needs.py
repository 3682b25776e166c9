"""What each region of the runtime that the corpus never reaches would need: unreached.toml."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.coverage.lines import Region
from stackquake.status import QuakeError, Status

FILE = Path(__file__).with_name("unreached.toml")


@dataclass(frozen=True)
class Need:
    """What the unreached regions of a function would need to be reached."""

    file: str
    function: str
    needs: str  # a sentence

    def is_of(self, region: Region) -> bool:
        """Whether it speaks of this region."""
        return (self.file, self.function) == (region.file, region.function)


def read(path: Path = FILE) -> list[Need]:
    """The entries of the file. Raises QuakeError, with the file's name, where one is wrong."""
    with open(path, "rb") as file:
        try:
            document = tomllib.load(file)
            return [_need(entry) for entry in document["unreached"]]
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
            raise QuakeError(Status.BAD_INPUT, f"{path}: {error}") from None


def _need(entry: dict[str, Any]) -> Need:
    return Need(entry["file"], entry["function"], entry["needs"])


def need_of(region: Region, needs: Sequence[Need]) -> str:
    """What a region would need; "" where nobody has said it yet."""
    return next((need.needs for need in needs if need.is_of(region)), "")


def outdated(regions: Sequence[Region], needs: Sequence[Need]) -> list[Need]:
    """Entries whose function has no unreached region any more."""
    return [need for need in needs if not any(need.is_of(region) for region in regions)]
