"""A finding's folder in another place. The commands that show the finding again name the place."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from stackquake.files import shown
from stackquake.findings import folder as folders
from stackquake.printable import command_line

STORY = "story.md"


def files_of(place: Path, new: Path, root: Path) -> dict[str, bytes]:
    """The files of a finding by their paths below `root`, as they are to be in `new`."""
    record = folders.read(place)
    before = str(record["replay"])
    after = _moved(before, place.name, new)
    files = {path: path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}
    text = json.dumps({**record, "replay": after}, indent=1) + "\n"
    files[place / folders.RECORD] = text.encode()
    if (story := files.get(place / STORY)) is not None:
        files[place / STORY] = story.replace(before.encode(), after.encode())
    start = new.relative_to(root)
    return {str(start / path.relative_to(place)): data for path, data in files.items()}


def _moved(command: str, name: str, new: Path) -> str:
    """A command whose last word is the nest of a folder, with all its paths below that folder."""
    try:
        words = shlex.split(command)
    except ValueError:  # a path in the style of a shell that quotes more
        return command
    place = str(Path(words[-1]).parent) if words else ""
    if Path(place).name != name:
        return command
    return command_line(word.replace(place, shown(new)) for word in words)
