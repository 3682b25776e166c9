"""What git knows of the project."""

import subprocess
from pathlib import Path

from stackquake.files import ROOT

# The commits that a change to the main branch may have brought at once. Picked: few such changes
# have had more.
COMMITS_OF_MAIN = 10


def _git(*arguments: str) -> str:
    # Git refuses a working tree of another user, which is what a container often sees.
    command = [
        "git",
        "--no-optional-locks",
        "-c",
        f"safe.directory={ROOT}",
        "-C",
        str(ROOT),
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def tracked(*patterns: str) -> list[str]:
    """The files that git tracks and that are there, as paths from the root."""
    names = _git("ls-files", "-z", "--", *patterns).split("\0")
    return [name for name in names if name and Path(ROOT, name).exists()]


def changed() -> set[str] | None:
    """The files that differ from where this work began, as paths from the root.

    That is where the branch left the main branch; on the main branch itself, ten commits before.
    None where git does not know it, as in a shallow clone.
    """
    try:
        names = _git("diff", "--name-only", "-z", _beginning()).split("\0")
        new = _git("ls-files", "--others", "--exclude-standard", "-z").split("\0")
    except (subprocess.CalledProcessError, FileNotFoundError):
        return None
    return {name for name in [*names, *new] if name}


def _beginning() -> str:
    head = _git("rev-parse", "HEAD").strip()
    for main in ("origin/main", "main"):
        try:
            base = _git("merge-base", "HEAD", main).strip()
        except subprocess.CalledProcessError:
            continue
        if base != head:
            return base
    return _git("rev-parse", f"HEAD~{COMMITS_OF_MAIN}").strip()


def version() -> str:
    """The commit, with "-dirty" where files differ from it; "unknown" outside of a git checkout."""
    try:
        return _git("describe", "--always", "--dirty", "--abbrev=12").strip()
    except (subprocess.CalledProcessError, FileNotFoundError):
        return "unknown"
