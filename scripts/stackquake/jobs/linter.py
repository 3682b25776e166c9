"""clang-tidy, over all C++ sources or over those that a change touches."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from stackquake import repository
from stackquake.files import BUILD, ROOT
from stackquake.jobs import build
from stackquake.jobs.progress import run_quietly

# A build folder that is configured but never built: it lists one command for each source, where the
# other builds put several sources into one translation unit.
PRESET = "lint"

# A line of clang-tidy about a source, without the colours that run-clang-tidy always asks for.
COLOUR = re.compile("\x1b\\[[0-9;]*m")
COMPLAINT = re.compile(r"^(/[^:]+):\d+:\d+: (?:error|warning)", re.M)

# An include of one of our own files, which is written from the root of the project.
INCLUDE = re.compile(r'^\s*#\s*include "([^"]+)"', re.M)

# What clang-tidy says of a source may change with these, whatever the source is.
CONFIGURATION = re.compile(r"(^|/)\.clang-tidy$")


def all_sources() -> list[Path]:
    """Every C++ source that git tracks."""
    return [ROOT / name for name in repository.tracked("*.cc")]


def changed_sources() -> list[Path]:
    """The sources that have changed, and one that includes each header that has.

    clang-tidy says the same of a header whoever includes it, nearly always, and a header that
    every source includes would make this run as long as one over all sources. All of them where
    git cannot tell what has changed, or where the linter's own settings have.
    """
    changed = repository.changed()
    if changed is None or any(CONFIGURATION.search(name) for name in changed):
        return all_sources()
    sources = repository.tracked("*.cc")
    chosen = changed.intersection(sources)
    candidates = repository.tracked("*.cc", "*.h", "*.def")
    users = users_of(candidates)
    for header in sorted(changed.intersection(candidates) - chosen):
        using = including(header, users).intersection(sources)
        own = str(Path(header).with_suffix(".cc"))
        if using and not using & chosen:
            chosen.add(own if own in using else min(using))
    return [ROOT / name for name in sources if name in chosen]


def users_of(candidates: Sequence[str]) -> dict[str, list[str]]:
    """By file, those of the candidates that include it."""
    users: dict[str, list[str]] = {}
    for name in candidates:
        for included in INCLUDE.findall((ROOT / name).read_text(encoding="utf-8")):
            users.setdefault(included, []).append(name)
    return users


def including(file: str, users: Mapping[str, Sequence[str]]) -> set[str]:
    """The file and all that include it, however indirectly."""
    using: set[str] = set()
    waiting = [file]
    while waiting:
        name = waiting.pop()
        if name not in using:
            using.add(name)
            waiting += users.get(name, [])
    return using


def complaints(sources: Sequence[Path]) -> int:
    """Lints the sources, shows what clang-tidy says, and counts the files it complains of."""
    if not sources:
        return 0
    build.configure(PRESET)
    finished = run_quietly(
        ["run-clang-tidy", "-p", str(BUILD / PRESET), "-quiet", "-j", str(build.cores())]
        + [f"^{re.escape(str(source))}$" for source in sources],
        "running clang-tidy",
        show=lambda line: bool(COMPLAINT.match(COLOUR.sub("", line))),
    )
    failed = len(set(COMPLAINT.findall(COLOUR.sub("", finished.output))))
    return min(max(failed, int(finished.status != 0)), len(sources))
