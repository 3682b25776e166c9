"""Stories, pictures and pages of the findings that come first, as `quake explain` makes them.

A campaign tells the story of a finding when it has made the nest small. Where it had no time for
that, the story is told here, of the nest as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.findings import folder
from stackquake.findings.telling import TOLD, tell_with
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import running
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
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(tell(), SECONDS)

    asyncio.run(tell_in_time())
    return told


async def _story(teller: Path, one: Finding) -> Story:
    place = one.stored.place
    if place is None or not place.is_dir():
        return Story()
    page = _read(place / "story.html")
    nest = place / "nest.go"
    settings = _settings(place)
    if settings is None or not nest.is_file() or not teller.exists():
        return Story(one.story, "", page)
    picture, text = await _picture(teller, nest, settings), one.story
    if not page:
        with contextlib.suppress(QuakeError, ValueError):
            told = await tell_with(teller, nest, settings)
            if told is not None:
                text, page = told.text.decode(errors="replace"), told.page
    return Story(text, picture, page)


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


async def _picture(teller: Path, nest: Path, settings: Settings) -> str:
    """"" where there is nothing to draw, as of a crash."""
    command = [str(teller), *settings.flags(), "--svg", "--", nest.name]
    try:
        async with running(command, stdout=PIPE, stderr=DEVNULL, cwd=nest.parent) as process:
            output, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_SECONDS)
            status = process.returncode
    except (QuakeError, asyncio.TimeoutError):
        return ""
    text = output.decode(errors="replace")
    return text[text.index("<svg") :] if status in TOLD and "<svg" in text else ""
