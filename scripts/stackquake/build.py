"""Configures and builds the presets of CMakePresets.json when they are not up to date."""

import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from stackquake import packages
from stackquake.files import BUILD, ROOT
from stackquake.progress import Finished, run_quietly
from stackquake.status import QuakeError, Status

PRESETS = ("release", "check", "fuzz")


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

    Two commands that build the same preset at once wait for each other.
    """
    packages.ensure("all", preset)
    with _lock(preset):
        _configure(preset, verbose)
        command = ["cmake", "--build", "--preset", preset, "--parallel", str(cores())]
        if targets:
            command += ["--target", *targets]
        _check(preset, run_quietly(command, f"building {preset}", verbose=verbose), verbose)


def become(preset: str, name: str, arguments: Sequence[str]) -> NoReturn:
    """Builds the program `name` and hands this process over to it.

    The first argument is the name by which it knows itself.
    """
    ensure(preset, [name])
    os.execv(program(preset, name), list(arguments))


@contextlib.contextmanager
def _lock(preset: str) -> Iterator[None]:
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{preset}.lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"quake: waiting for another {preset} build", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _configure(preset: str, verbose: bool) -> None:
    """Ninja itself sees when a CMakeLists.txt has changed, but not when the presets have."""
    ninja_file = BUILD / preset / "build.ninja"
    presets = ROOT / "CMakePresets.json"
    if ninja_file.exists() and ninja_file.stat().st_mtime >= presets.stat().st_mtime:
        if f"CMAKE_HOME_DIRECTORY:INTERNAL={ROOT}\n" in _cache(preset):
            return
    command = ["cmake", "--preset", preset, "--fresh"]
    _check(preset, run_quietly(command, f"configuring {preset}", verbose=verbose), verbose)


def _cache(preset: str) -> str:
    """A build folder that came along when the project was moved names the old place here."""
    return (BUILD / preset / "CMakeCache.txt").read_text(encoding="utf-8", errors="replace")


def _check(preset: str, finished: Finished, verbose: bool) -> None:
    if finished.status != 0:
        if not verbose:
            print(finished.output, end="", file=sys.stderr)
        raise BuildFailed(preset)
