"""Pictures and pages of the findings that come first: what `quake explain` draws of each."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from pathlib import Path

from stackquake.findings import folder
from stackquake.findings.telling import TOLD
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import running
from stackquake.nightly.report.gathering import Finding
from stackquake.status import QuakeError

# More are not looked at one by one.
MOST = 20


def pictures(teller: Path, findings: Sequence[Finding]) -> dict[int, str]:
    """The stack before and after, as svg elements, by finding; `teller` is explain_nest."""

    async def draw() -> dict[int, str]:
        drawn = {one.stored.id: await _picture(teller, one) for one in findings[:MOST]}
        return {number: svg for number, svg in drawn.items() if svg}

    return asyncio.run(draw())


async def _picture(teller: Path, one: Finding) -> str:
    """"" where there is nothing to draw, as of a crash."""
    place = one.stored.place
    if place is None or not (place / "nest.go").is_file() or not teller.exists():
        return ""
    try:
        flags = folder.settings_of(folder.read(place))
        command = [str(teller), *flags, "--svg", "--", "nest.go"]
        async with running(command, stdout=PIPE, stderr=DEVNULL, cwd=place) as process:
            output, _ = await asyncio.wait_for(process.communicate(), TIMEOUT_SECONDS)
            status = process.returncode
    except (QuakeError, asyncio.TimeoutError):
        return ""
    text = output.decode(errors="replace")
    return text[text.index("<svg") :] if status in TOLD and "<svg" in text else ""


def pages(findings: Sequence[Finding]) -> dict[int, Path]:
    """The pages that step through the runs, by finding."""
    found = {one.stored.id: one.stored.place / "story.html" for one in findings if one.stored.place}
    return {number: page for number, page in found.items() if page.is_file()}
