"""What git knows of the project."""

import subprocess
from pathlib import Path

from stackquake.files import ROOT


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


def version() -> str:
    """The commit, with "-dirty" where files differ from it; "unknown" outside of a git checkout."""
    try:
        return _git("describe", "--always", "--dirty", "--abbrev=12").strip()
    except (subprocess.CalledProcessError, FileNotFoundError):
        return "unknown"
