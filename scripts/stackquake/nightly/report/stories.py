"""Stories, pictures and pages of the findings that come first, as `quake explain` makes them.

A campaign tells the story of a finding when it has made the nest small. Where it had no time for
that, the story is told here, of the nest as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.findings import folder
from stackquake.findings.telling import Told, tell_with
from stackquake.inputs import FINDING_NEST
from stackquake.nightly.report.gathering import Finding
from stackquake.settings import Settings
from stackquake.status import QuakeError

# More are not looked at one by one.
MOST = 20
# For all of them, which take a second or two on an idle machine: a night ends in time.
SECONDS = 20.0


@dataclass(frozen=True)
class Story:
    """What there is to show of a finding; a part that there is not is empty."""

    text: str = ""
    picture: str = ""  # the stack before and after it went wrong, as an svg element
    page: str = ""  # steps through the run


def stories(teller: Path, findings: Sequence[Finding]) -> dict[int, Story]:
    """Those of the first findings, by their numbers; `teller` is explain_nest."""

    told = {one.stored.id: Story(one.story) for one in findings[:MOST]}

    async def tell() -> None:
        for one in findings[:MOST]:
            told[one.stored.id] = await _story(teller, one)

    async def tell_in_time() -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await tell()

    asyncio.run(tell_in_time())
    return told


async def _story(teller: Path, one: Finding) -> Story:
    """What its folder has; the rest is told now, as far as the run does not end the program."""
    place = one.stored.place
    if place is None or not place.is_dir():
        return Story(one.story)
    page, told = _read(place / "story.html"), await _told(teller, place)
    if told is None:
        return Story(one.story, "", page)
    text = one.story if page else told.text.decode(errors="replace")
    return Story(text, told.picture[max(0, told.picture.find("<svg")) :], page or told.page)


async def _told(teller: Path, place: Path) -> Told | None:
    settings, nest = _settings(place), place / FINDING_NEST
    if settings is None or not nest.is_file() or not teller.exists():
        return None
    with contextlib.suppress(QuakeError, ValueError):
        return await tell_with(teller, nest, settings)
    return None


def _read(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


def _settings(place: Path) -> Settings | None:
    """Those of a finding on the reference runtime."""
    with contextlib.suppress(QuakeError, KeyError):
        record = folder.read(place)
        if record["design"] is not None:
            return Settings(record["design"], tuple(record["defects"]), record["poison"])
    return None
