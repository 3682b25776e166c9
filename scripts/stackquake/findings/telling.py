"""The story of a finding, by the program behind `quake explain`: as Markdown, and as a page."""

import asyncio
import json
import re
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stackquake.jobs import build
from stackquake.jobs.libfuzzer import TIMEOUT_SECONDS
from stackquake.jobs.processes import running
from stackquake.settings import Settings
from stackquake.status import Status

PROGRAM = "explain_nest"
TEMPLATES = Path(__file__).parent / "templates"
PAGE = "story.html.j2"

# The program's own statuses that come with a story.
TOLD = (Status.OK, Status.FOUND)


@dataclass(frozen=True)
class Told:
    """A story as Markdown, as one HTML file with all that it needs, and as a picture."""

    text: bytes
    page: str
    picture: str = ""  # an SVG document; "" where there is nothing to draw


async def build_teller() -> None:
    """Builds explain_nest unless it is there. Raises QuakeError when that fails."""
    await build.ensure_quietly("fuzz", PROGRAM)


async def tell_finding(nest: Path, settings: Settings) -> Told | None:
    """The story of a nest, by the program of the build for fuzzing, which is built unless it is
    there; None if the run of the nest ends the program."""
    await build_teller()
    return await tell_with(build.program("fuzz", PROGRAM), nest, settings)


async def tell_with(program: Path, nest: Path, settings: Settings) -> Told | None:
    """The same with this program, which has been built."""
    command = [str(program), *settings.flags(), "--json", "--", nest.name]
    said = await _said(command, nest.parent)
    if said is None:
        return None
    story = json.loads(said)
    return Told(story["text"].encode(), page(story), story.get("svg") or "")


async def _said(command: list[str], folder: Path) -> bytes | None:
    """What the program prints; None if it does not end with a story."""
    try:
        async with running(command, stdout=PIPE, stderr=DEVNULL, cwd=folder) as process:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                output, _ = await process.communicate()
            return output if process.returncode in TOLD else None
    except TimeoutError:
        return None


def page(story: dict[str, Any]) -> str:
    """The story as one HTML file with all that it needs."""
    # The verb alone needs Jinja; other verbs must work where it is not installed.
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    # The page has its own form of the text and of the picture.
    shown = {key: story[key] for key in story if key not in ("text", "svg")}
    # In a script element "</" would end the element.
    data = json.dumps(shown, ensure_ascii=False).replace("<", "\\u003c")
    marks = {mark["line"]: mark["text"] for mark in story["marks"]}
    return environment.get_template(PAGE).render(story=story, data=data, marks=marks)


def _with_code(text: str) -> Any:
    """The text as HTML, with what stands in backquotes as code."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
