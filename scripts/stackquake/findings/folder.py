"""A finding's folder: written whole or not at all, whatever ends the campaign that writes it.

How a folder comes to its place:

1. It is written beside its place, as `.NAME.new`, and flushed to the disk, files and folder.
2. An earlier folder of the name is moved aside, to `.NAME.old`.
3. The new one is moved to its place, and the names are flushed to the disk.
4. The earlier one is moved to `.NAME.gone`, and removed.

A process that is killed between the steps 2 and 3 leaves the place empty, and the earlier folder
whole beside it. `repair` puts it back, and removes what else is left. Every campaign calls it
before it begins. A lock on the file `.lock` keeps writers apart.
"""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from stackquake import inputs
from stackquake.files import shown, sync_folder
from stackquake.printable import printable
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status

RECORD = inputs.FINDING_RECORD
VERSION = 1  # of finding.schema.json

_NEW, _OLD, _GONE = ".new", ".old", ".gone"


def write(place: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Puts a folder with these files in its place; those that have None are left out.

    A file's name may have folders in it. Raises OSError, having changed nothing, if they cannot be
    written.
    """
    update(place, lambda: files)


def update(place: Path, files: Callable[[], Mapping[str, str | bytes | None]]) -> None:
    """The same with files that are made from those that the folder has had before.

    Nobody else writes to the folder between the call of `files` and the end.
    """
    with _alone_in(place.parent):
        _repair(place.parent)
        contents = files()
        new = _beside(place, _NEW)
        try:
            _fill(new, contents)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        _exchange(place, new)


def remove(place: Path) -> None:
    """Removes a folder, if it is there, as a whole."""
    if not place.is_dir():
        return
    with _alone_in(place.parent):
        _discard(place, place)


def repair(parent: Path) -> None:
    """Puts folders back that a killed process has left aside, and removes unfinished ones."""
    if parent.is_dir():
        with contextlib.suppress(OSError), _alone_in(parent):
            _repair(parent)


def load(place: Path) -> dict[str, bytes] | None:
    """The files of a folder by their names, those below inner folders left out; None without it.

    Waits for whoever is writing it. Raises OSError if they cannot be read.
    """
    if not place.parent.is_dir():
        return None
    with _alone_in(place.parent):
        _repair(place.parent)
        if not place.is_dir():
            return None
        return {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}


def is_finding(path: Path) -> bool:
    """Whether a path is a finding's folder."""
    return (path / RECORD).is_file()


def read(place: Path) -> dict[str, Any]:
    """The record of a finding. Raises QuakeError if it is none that this version can read."""
    name = printable(shown(place / RECORD))
    try:
        record = json.loads((place / RECORD).read_bytes())
        version = record["schema"]
    except OSError as error:
        raise QuakeError(Status.BAD_INPUT, f"{name} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise QuakeError(Status.BAD_INPUT, f"{name} is no record of a finding") from None
    if version != VERSION:
        message = f"{name} is of schema {version}, and this version reads {VERSION}"
        raise QuakeError(Status.BAD_INPUT, message)
    return dict(record)


def settings_of(record: dict[str, Any]) -> list[str]:
    """The flags of a record's settings; a finding on Go has none."""
    if record["design"] is None:
        return []
    return Settings(record["design"], tuple(record["defects"]), record["poison"]).flags()


def _beside(place: Path, ending: str) -> Path:
    return place.with_name(f".{place.name}{ending}")


def _fill(folder: Path, files: Mapping[str, str | bytes | None]) -> None:
    folder.mkdir()
    inner = {folder}
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        inner |= {parent for parent in path.parents if parent.is_relative_to(folder)}
        with open(path, "xb") as file:
            file.write(_bytes(content))
            file.flush()
            os.fsync(file.fileno())
    for one in inner:
        sync_folder(one)


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content


def _exchange(place: Path, new: Path) -> None:
    """The steps 2 to 4; a new folder that cannot be moved leaves the earlier one in its place."""
    old = _beside(place, _OLD)
    had_old = place.is_dir()
    if had_old:
        os.rename(place, old)
    try:
        os.rename(new, place)
    except BaseException:
        if had_old:
            os.rename(old, place)
        shutil.rmtree(new, ignore_errors=True)
        raise
    sync_folder(place.parent)
    if had_old:
        _discard(old, place)


def _discard(folder: Path, place: Path) -> None:
    """Removes a folder that nobody is to see half removed; what cannot be removed stays aside."""
    gone = _beside(place, _GONE)
    os.rename(folder, gone)
    shutil.rmtree(gone, ignore_errors=True)


def _repair(parent: Path) -> None:
    for left in list(parent.glob(".*")):
        name, ending = left.name[1:].rpartition(".")[::2]
        if not name or not left.is_dir():
            continue
        place = parent / name
        if f".{ending}" in (_NEW, _GONE):
            shutil.rmtree(left)
        elif f".{ending}" == _OLD and place.exists():
            _discard(left, place)
        elif f".{ending}" == _OLD:
            os.rename(left, place)


@contextlib.contextmanager
def _alone_in(parent: Path) -> Iterator[None]:
    """Waits for other writers of a folder of findings, which is made if need be."""
    parent.mkdir(parents=True, exist_ok=True)
    with open(parent / ".lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
