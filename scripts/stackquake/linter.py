"""clang-tidy, over all C++ sources or over those that a change touches."""

import json
import re
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from stackquake import build, repository
from stackquake.files import BUILD, ROOT
from stackquake.progress import run_quietly

FOLDER = BUILD / "check"

# A line of clang-tidy about a source, without the colours that run-clang-tidy always asks for.
COLOUR = re.compile("\x1b\\[[0-9;]*m")
COMPLAINT = re.compile(r"^(/[^:]+):\d+:\d+: (?:error|warning)", re.M)

# What clang-tidy says of a source may change with these, whatever the source is.
CONFIGURATION = re.compile(r"(^|/)(\.clang-tidy|CMakeLists\.txt|CMakePresets\.json)$")


def all_sources() -> list[Path]:
    """Every C++ source that git tracks."""
    return [ROOT / name for name in repository.tracked("*.cc")]


def changed_sources() -> list[Path]:
    """The sources that have changed, and those that include a header that has.

    All of them where git cannot tell what has changed, or where the linter's own settings have.
    The check build must be up to date.
    """
    changed = repository.changed()
    if changed is None or any(CONFIGURATION.search(name) for name in changed):
        return all_sources()
    using = including({ROOT / name for name in changed}, FOLDER)
    return [source for source in all_sources() if source in using]


def including(files: Collection[Path], folder: Path) -> set[Path]:
    """The sources of a build folder that are one of the files, or include one."""
    listing = subprocess.run(
        ["ninja", "-t", "deps"], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    database = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    source_of = {entry["output"]: Path(entry["file"]) for entry in database}
    using = set()
    for output, dependencies in parse_dependencies(listing).items():
        if output in source_of and any((folder / name).resolve() in files for name in dependencies):
            using.add(source_of[output])
    return using


def parse_dependencies(listing: str) -> dict[str, list[str]]:
    """What each output depends on, out of what `ninja -t deps` prints."""
    dependencies: dict[str, list[str]] = {}
    output = ""
    for line in listing.splitlines():
        if line.startswith(" "):
            dependencies[output].append(line.strip())
        elif line:
            output = line.split(": #deps ")[0]
            dependencies[output] = []
    return dependencies


def complaints(sources: Sequence[Path]) -> int:
    """Lints the sources, shows what clang-tidy says, and counts the files it complains of."""
    if not sources:
        return 0
    finished = run_quietly(
        ["run-clang-tidy", "-p", str(FOLDER), "-quiet", "-j", str(build.cores())]
        + [f"^{re.escape(str(source))}$" for source in sources],
        "running clang-tidy",
        show=lambda line: bool(COMPLAINT.match(COLOUR.sub("", line))),
    )
    failed = len(set(COMPLAINT.findall(COLOUR.sub("", finished.output))))
    return min(max(failed, int(finished.status != 0)), len(sources))
