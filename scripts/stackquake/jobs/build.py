"""Configures and builds the presets of CMakePresets.json when they are not up to date."""

import contextlib
import errno
import fcntl
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn, TextIO

from stackquake import packages
from stackquake.files import BUILD, ROOT, shown
from stackquake.jobs.processes import run_bounded
from stackquake.jobs.progress import Finished, run_quietly
from stackquake.status import QuakeError, Status

PRESETS = ("release", "check", "fuzz")

# In a path, Ninja or CMake take any other character for something else, or build everything anew
# each time.
BUILDABLE_PATH = re.compile(r"[\w/ .,:+@=~$%()-]*")

# Ninja says this of each command that fails. Without it, Ninja itself has failed.
FAILED_COMMAND = re.compile(r"^FAILED: ", re.M)

# A build that takes longer than this on a busy machine hangs.
BUILD_SECONDS = 600
LAST_LINES = 10  # of what a build has said, in a message

NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)


class BuildFailed(QuakeError):
    """The sources do not build; the compiler's words are already on standard error."""

    def __init__(self, preset: str) -> None:
        super().__init__(Status.MISSING, f"the {preset} build failed, see above")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


def program(preset: str, name: str) -> Path:
    """Where a build puts the program `name`."""
    return BUILD / preset / "bin" / name


def ensure(preset: str, targets: Sequence[str] = (), *, verbose: bool = False) -> None:
    """Brings a preset's targets, or all of it, up to date, with the packages that it needs.

    Two commands that build the same preset at once wait for each other. Where the build folder
    cannot be written, what is built is used as it is.
    """
    if not BUILDABLE_PATH.fullmatch(str(ROOT)):
        message = f"cannot build in {ROOT}: its path has a character that the build tools misread"
        raise QuakeError(Status.MISSING, message)
    try:
        with _lock(preset):
            packages.ensure("python", "build", preset)
            _bring_up_to_date(preset, targets, verbose)
    except _NotWritable as error:
        _use_as_it_is(preset, targets, error)


async def ensure_quietly(preset: str, target: str) -> None:
    """The same for one target, while other work goes on; `ensure` has brought up others before.

    Raises QuakeError with the last lines that the build has said. If the caller is cancelled, the
    build ends too.
    """
    if not os.access(BUILD / preset, os.W_OK) and program(preset, target).exists():
        return
    command = ["flock", str(_lock_file(preset)), *_build_command(preset, [target])]
    status, output = await run_bounded(command, BUILD_SECONDS, with_output=True, cwd=ROOT)
    if status != 0:
        words = "\n".join(output.decode(errors="replace").splitlines()[-LAST_LINES:])
        raise QuakeError(Status.MISSING, f"{target} cannot be built:\n{words}")


def configure(preset: str) -> None:
    """Writes a preset's compile commands down, without building anything."""
    with _lock(preset):
        command = ["cmake", "--preset", preset]
        _check(preset, run_quietly(command, f"configuring {preset}"), verbose=False)


def become(preset: str, name: str, arguments: Sequence[str]) -> NoReturn:
    """Builds the program `name` and hands this process over to it.

    The first argument is the name by which it knows itself.
    """
    ensure(preset, [name])
    os.execv(program(preset, name), list(arguments))


class _NotWritable(Exception):
    """The build folder cannot be written."""


@contextlib.contextmanager
def _lock(preset: str) -> Iterator[None]:
    with _open_lock(preset) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"quake: waiting for another {preset} build", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock_file(preset: str) -> Path:
    return BUILD / f"{preset}.lock"


def _open_lock(preset: str) -> TextIO:
    folder = BUILD / preset
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise _NotWritable(f"{shown(folder)} is not writable")
        return open(_lock_file(preset), "w", encoding="utf-8")
    except OSError as error:
        if error.errno in NOT_WRITABLE:
            raise _NotWritable(f"{shown(BUILD)} is not writable") from None
        raise


def _use_as_it_is(preset: str, targets: Sequence[str], reason: Exception) -> None:
    """Raises QuakeError unless everything that is wanted has been built."""
    wanted = [program(preset, target) for target in targets] or [BUILD / preset / "bin"]
    lacking = [path.name for path in wanted if not path.exists()]
    if lacking:
        message = f"{reason}, and the {preset} build is not there: {', '.join(lacking)}"
        raise QuakeError(Status.MISSING, message)
    print(f"quake: {reason}: using what is built", file=sys.stderr)


def _bring_up_to_date(preset: str, targets: Sequence[str], verbose: bool) -> None:
    _configure(preset, verbose)
    finished = _build(preset, targets, verbose)
    if finished.status != 0 and not FAILED_COMMAND.search(finished.output):
        # Interrupts and full disks leave files behind that Ninja cannot read.
        _forget(preset)
        _configure(preset, verbose)
        finished = _build(preset, targets, verbose)
    _check(preset, finished, verbose)


def _build(preset: str, targets: Sequence[str], verbose: bool) -> Finished:
    command = _build_command(preset, targets)
    return run_quietly(command, f"building {preset}", verbose=verbose)


def _build_command(preset: str, targets: Sequence[str]) -> list[str]:
    command = ["cmake", "--build", "--preset", preset, "--parallel", str(cores())]
    return [*command, "--target", *targets] if targets else command


def _configure(preset: str, verbose: bool) -> None:
    """Configures from nothing unless that has been done for what is configured now.

    Ninja itself sees when a CMakeLists.txt has changed, but not when the presets have, or when the
    project has been moved.
    """
    options = _options(preset)
    configured = _configured(preset)
    wanted = "\n".join([str(ROOT), *options, (ROOT / "CMakePresets.json").read_text("utf-8")])
    with contextlib.suppress(FileNotFoundError):
        if configured.read_text("utf-8", errors="replace") == wanted:
            return
    _forget(preset)
    command = ["cmake", "--preset", preset, "--fresh", *options]
    _check(preset, run_quietly(command, f"configuring {preset}", verbose=verbose), verbose)
    configured.write_text(wanted, "utf-8")


def _options(preset: str) -> list[str]:
    """Warnings are errors in our own checks only: another compiler may know other warnings."""
    strict = preset == "check" and os.environ.get("CI", "") not in ("", "0", "false")
    return [f"-DSTACKQUAKE_WERROR={'ON' if strict else 'OFF'}"]


def _configured(preset: str) -> Path:
    """The file that says what the build folder is configured for. Without it, for nothing."""
    return BUILD / preset / "configured"


def _forget(preset: str) -> None:
    """Has the next `_configure` start from nothing, even when it is interrupted."""
    _configured(preset).unlink(missing_ok=True)


def _check(preset: str, finished: Finished, verbose: bool) -> None:
    if finished.status != 0:
        if not verbose:
            print(finished.output, end="", file=sys.stderr)
        raise BuildFailed(preset)
