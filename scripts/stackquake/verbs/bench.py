"""`quake bench`: runs every benchmark program of the release build, one after the other."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from stackquake.files import BUILD
from stackquake.jobs import build
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
    selected = [path for path in found if has_benchmarks(path, arguments)]
    if not selected:
        raise QuakeError(Status.BAD_INPUT, f"no benchmark fits {' '.join(arguments)}")
    failed = []
    for path in selected:
        print(f"quake: {path.name}", file=sys.stderr, flush=True)
        if subprocess.run([path, *arguments]).returncode != 0:
            failed.append(path.name)
    if failed:
        raise QuakeError(Status.FOUND, f"failed: {', '.join(failed)}")
    return Status.OK


def has_benchmarks(path: Path, arguments: Sequence[str]) -> bool:
    """Whether the arguments select a benchmark of this program. Raises where they are wrong."""
    listing = subprocess.run(
        [path, *arguments, "--benchmark_list_tests=true"], capture_output=True, text=True
    )
    if listing.returncode != 0:
        reason = (listing.stderr.strip().splitlines() or ["wrong arguments"])[0]
        raise QuakeError(Status.BAD_INPUT, f"{path.name}: {reason}")
    return bool(listing.stdout.strip())
