"""`quake bench`: runs every benchmark program of the release build, one after the other."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from stackquake import build
from stackquake.files import BUILD
from stackquake.status import QuakeError, Status


def programs(folder: Path) -> list[Path]:
    """The benchmark programs in a build folder, in the order of their names."""
    found = (path for path in folder.rglob("*_benchmark") if path.is_file())
    return sorted(found, key=lambda path: path.name)


def main(arguments: Sequence[str], *, verbose: bool) -> Status:
    """Builds, then runs each with the arguments given, which are Google Benchmark's."""
    build.ensure("release", verbose=verbose)
    found = programs(BUILD / "release")
    if not found:
        raise QuakeError(Status.MISSING, "the release build has no benchmark programs")
    failed = []
    for path in found:
        print(f"quake: {path.name}", file=sys.stderr, flush=True)
        if subprocess.run([path, *arguments]).returncode != 0:
            failed.append(path.name)
    if failed:
        raise QuakeError(Status.FOUND, f"failed: {', '.join(failed)}")
    return Status.OK
