"""Debian's packages from whatever suite has them, downloaded and unpacked, not installed.

Nothing of the system changes: apt gets a list of sources, a folder of lists and a status of its
own.

1. The system's own apt says from where it fetches Debian's packages.
2. A list of sources names all suites there that have had packages of Go's releases.
3. apt fetches the lists of packages, and packages from the newest suite that has them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import BUILD
from stackquake.jobs.group import starting
from stackquake.status import QuakeError, Status

FOLDER = BUILD / "go" / "apt"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Releases 12 and 13, with what was added to the first of them later, and what comes after them.
SUITES = ("bookworm", "bookworm-backports", "trixie", "trixie-backports", "sid", "experimental")


@dataclass(frozen=True)
class Apt:
    """apt with files of its own. Every method raises QuakeError if it fails."""

    seconds: float | None = None  # that each call may take

    def update(self) -> None:
        """Fetches the lists of packages."""
        for name in ("lists/partial", "cache/archives/partial"):
            (FOLDER / name).mkdir(parents=True, exist_ok=True)
        source = _mirror()
        lines = [f"deb [signed-by={KEYS}] {source} {suite} main\n" for suite in SUITES]
        (FOLDER / "sources.list").write_text("".join(lines), encoding="utf-8")
        (FOLDER / "status").touch()
        what = "Debian's lists of packages cannot be fetched; is there a network?"
        self._call(what, "update", "-o", "APT::Update::Error-Mode=any")

    def has(self, package: str) -> bool:
        """Whether a suite has the package."""
        command = ["apt-cache", *_options(), "show", "--no-all-versions", package]
        with starting("apt-cache"):
            done = subprocess.run(command, capture_output=True, env=_environment())
        return done.returncode == 0

    def unpack(self, packages: Sequence[str], root: Path) -> None:
        """Downloads packages and puts their files below a folder."""
        folder = _empty_beside(root)
        what = f"the packages {', '.join(packages)} cannot be fetched:"
        self._call(what, "download", *packages, cwd=folder)
        _extract(folder, root)

    def unpack_with_dependencies(self, package: str, root: Path) -> None:
        """The same with all that the package needs, down to the C library."""
        folder = _empty_beside(root)
        (folder / "partial").mkdir()
        options = ["--yes", "--no-install-recommends", "--download-only"]
        options += ["-o", f"Dir::Cache::archives={folder}"]
        what = f"the packages of {package} cannot be fetched:"
        self._call(what, "install", *options, package)
        _extract(folder, root)

    def _call(self, what: str, *arguments: str, cwd: Path | None = None) -> None:
        command = ["apt-get", "-q", *_options(), *arguments]
        try:
            with starting("apt-get"):
                done = subprocess.run(
                    command,
                    cwd=cwd,
                    env=_environment(),
                    capture_output=True,
                    text=True,
                    timeout=self.seconds,
                )
        except subprocess.TimeoutExpired:
            message = f"{what} apt-get took more than {self.seconds:g} s"
            raise QuakeError(Status.MISSING, message) from None
        if done.returncode != 0:
            raise QuakeError(Status.MISSING, f"{what} {_error(done)}")


def _mirror() -> str:
    """From where the system's own apt fetches Debian's packages."""
    form = "--format=$(REPO_URI)"
    filters = ("Created-By: Packages", "Origin: Debian", "Label: Debian")
    with starting("apt-get"):
        done = subprocess.run(
            ["apt-get", "indextargets", form, *filters], capture_output=True, text=True
        )
    found = done.stdout.splitlines()
    if not found:
        message = "the system's apt names no source of Debian's packages: run apt-get update"
        raise QuakeError(Status.MISSING, message)
    return found[0]


def _empty_beside(root: Path) -> Path:
    folder = root.with_name(f"{root.name}-packages")
    folder.mkdir(parents=True)
    return folder


def _extract(packages: Path, root: Path) -> None:
    for package in sorted(packages.glob("*.deb")):
        with starting("dpkg-deb"):
            subprocess.run(["dpkg-deb", "--extract", package, root], check=True)


def _options() -> list[str]:
    """What has apt use our own files, which its sandbox could not write, and old lists, too."""
    settings = {
        "Dir::Etc::sourcelist": FOLDER / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": FOLDER,
        "Dir::State::lists": FOLDER / "lists",
        "Dir::State::status": FOLDER / "status",
        "Dir::Cache": FOLDER / "cache",
        "APT::Sandbox::User": "root",
        # A mirror that stands still has lists that are older than they promise. Their signatures
        # are checked, and a toolchain of a given version does not age.
        "Acquire::Check-Valid-Until": "false",
    }
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _error(done: subprocess.CompletedProcess[str]) -> str:
    """The first error that apt tells."""
    lines = [line for line in done.stderr.splitlines() if line.startswith(("E: ", "W: "))]
    return lines[0][3:] if lines else f"apt-get ended with status {done.returncode}"
