"""Where the project's files are, and how whole files are written."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from stackquake.status import QuakeError, Status

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"

# What a folder must have room for before a campaign begins: the longest input that there can be.
PROBE_BYTES = 1 << 16


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a whole file so that nobody ever sees half of it, making its folder if need be.

    The content goes to a temporary file in the same folder, which then takes the place of `path`.
    """
    temporary = _write_temporary(path, content, durable=False)
    try:
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def write_together(contents: Mapping[Path, str | bytes | None]) -> None:
    """Writes several files, and removes those that have None; on the disk when this returns.

    Every file is written beside its place first. If one of them cannot be written, none of the
    files changes.
    """
    temporaries: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            if content is not None:
                temporaries[path] = _write_temporary(path, content, durable=True)
        for path, temporary in temporaries.items():
            os.replace(temporary, path)
    except BaseException:
        for temporary in temporaries.values():
            _remove(temporary)
        raise
    for path in contents.keys() - temporaries.keys():
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in temporaries}:
        sync_folder(folder)


def _write_temporary(path: Path, content: str | bytes, *, durable: bool) -> Path:
    """A new file beside `path` with the content; on the disk, too, if it is to be durable."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp makes files that only their owner can read
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _remove(temporary: Path) -> None:
    """Removes a temporary file, which may have taken its place already. Never hides the cause."""
    with contextlib.suppress(OSError):
        temporary.unlink()


def sync_folder(folder: Path) -> None:
    """Makes the names in a folder durable, where its file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def require_writable(folder: Path, what: str) -> None:
    """Raises QuakeError, with one line, if files cannot be written to a folder.

    The folder need not exist, and is not made: then it is its nearest parent that counts. `what`
    names the folder in the message, as the option that it comes from.
    """
    existing = folder
    while not os.path.lexists(existing) and existing != existing.parent:
        existing = existing.parent
    if not existing.is_dir():
        raise QuakeError(Status.BAD_INPUT, f"{what} {shown(folder)}: {existing} is no folder")
    try:
        with tempfile.TemporaryFile(dir=existing) as file:
            file.write(bytes(PROBE_BYTES))
    except OSError as error:
        raise QuakeError(
            Status.MISSING, f"{what} {shown(folder)} cannot be written: {reason_of(error)}"
        ) from None


def reason_of(error: OSError | QuakeError) -> str:
    """What is wrong; of what the system says not the number and the path, which a message names."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


def short_hash(text: str) -> str:
    """A hash for the name of a file: 40 bits tell thousands of texts apart."""
    return hashlib.sha1(text.encode()).hexdigest()[:10]


def shown(path: Path) -> str:
    """The path as a person in the project's root would type it."""
    path = path.resolve()
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
