"""The scratch folders of campaigns: each is removed at the campaign's end, or by a later campaign.

A campaign holds a lock on the file `.lock` of its scratch folder. The system frees the lock however
the campaign ends, so a folder whose lock is free belongs to a campaign that was killed. A folder
without that file has something that is nowhere else, and is never removed.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

LOCK = ".lock"


class Scratch:
    """The folder of one campaign."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._kept: list[Path] = []

    def keep(self, path: Path) -> None:
        """Keeps a file or folder in here for good, where it is."""
        self._kept.append(path)

    def close(self) -> None:
        """Removes all but what is to be kept."""
        if self._kept:
            (self.path / LOCK).unlink(missing_ok=True)
            _remove_all_but(self.path, self._kept)
        else:
            shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def open_scratch(campaigns: Path) -> Iterator[Scratch]:
    """A new folder for the block, after those of campaigns that were killed have been removed."""
    campaigns.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as locks:
        # Held until the new folder has its lock: otherwise another campaign could remove it.
        with open(campaigns / LOCK, "w", encoding="utf-8") as outer:
            fcntl.flock(outer, fcntl.LOCK_EX)
            _remove_abandoned(campaigns)
            scratch = Scratch(Path(tempfile.mkdtemp(dir=campaigns)))
            inner = locks.enter_context(open(scratch.path / LOCK, "w", encoding="utf-8"))
            fcntl.flock(inner, fcntl.LOCK_EX)
        try:
            yield scratch
        finally:
            scratch.close()


def _remove_abandoned(campaigns: Path) -> None:
    for folder in campaigns.iterdir():
        if folder.is_dir() and _is_free(folder / LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _is_free(lock: Path) -> bool:
    """Whether there is such a file and no running campaign holds its lock."""
    try:
        with open(lock, "r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_all_but(folder: Path, kept: Iterable[Path]) -> None:
    for path in folder.iterdir():
        if path in kept:
            continue
        if not path.is_dir():
            path.unlink(missing_ok=True)
        elif any(one.is_relative_to(path) for one in kept):
            _remove_all_but(path, kept)
        else:
            shutil.rmtree(path, ignore_errors=True)
