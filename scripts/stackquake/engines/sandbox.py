"""Runs programs as a service does: from a folder that is read-only, with nothing else of ours."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stackquake.files import ROOT
from stackquake.jobs.processes import run_bounded

# In a file system of its own: makes the first folder read-only, hides the second one's files, and
# runs the rest in the third.
_CONFINE = (
    'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount -t tmpfs none "$2"'
    ' && cd "$3" && shift 3 && exec "$@"'
)
SECONDS = 300


class Sandbox:
    """A moved folder $OUT, and an empty folder to run in, which may be written."""

    def __init__(self, out: Path, room: Path, confined: bool) -> None:
        self.out = out
        self.room = room
        self.confined = confined  # whether the machine lets us make $OUT read-only

    async def run(
        self, command: Sequence[str], environment: Sequence[str] = ()
    ) -> tuple[int, str]:
        """Runs a program of $OUT; returns its exit status and all that it has said.

        Raises TimeoutError if that takes long. `environment` is of the form NAME=VALUE.
        """
        command = ["env", *environment, *command]
        if self.confined:
            command = _confined(self.out, self.room, command)
        status, output = await run_bounded(command, SECONDS, with_output=True, cwd=self.room)
        return status, output.decode(errors="replace")


@contextlib.contextmanager
def moved(out: Path) -> Iterator[Sandbox]:
    """Moves a folder $OUT away from where it was built, until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="stackquake-") as name:
        away, room = Path(name) / "moved", Path(name) / "room"
        shutil.move(out, away)
        room.mkdir()
        try:
            yield Sandbox(away, room, _can_confine(away, room))
        finally:
            shutil.move(away, out)


def _confined(out: Path, room: Path, command: Sequence[str]) -> list[str]:
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _CONFINE, "sh"]
    return [*unshare, str(out), str(ROOT), str(room), *command]


def _can_confine(out: Path, room: Path) -> bool:
    """Containers and some systems forbid it."""
    try:
        command = _confined(out, room, ["true"])
        return subprocess.run(command, capture_output=True, cwd=room).returncode == 0
    except OSError:
        return False
