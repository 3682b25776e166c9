"""Toolchains of Debian's packages, from whatever suite has them, unpacked in the build folder.

Nothing of the system changes: apt gets a list of sources, a folder of lists and a status of its
own, and the packages are unpacked, not installed.

1. The system's own apt says from where it fetches Debian's packages.
2. A list of sources names all suites there that have had packages of Go's releases.
3. apt fetches the lists of packages, and from the newest suite that has them `golang-1.N-go`, the
   toolchain, and `golang-1.N-src`, its sources.
4. Both are unpacked beside the place of the toolchain, which then gets its name. So a toolchain is
   there as a whole or not at all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from stackquake.files import BUILD, shown
from stackquake.jobs.group import starting
from stackquake.status import QuakeError, Status

FOLDER = BUILD / "go" / "toolchains"
APT = BUILD / "go" / "apt"
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"

# Releases 12 and 13, with what was added to the first of them later, and what comes after them.
SUITES = ("bookworm", "bookworm-backports", "trixie", "trixie-backports", "sid", "experimental")

VERSION = re.compile(r"1\.\d+")

INSTALLED = Path("/usr/lib")  # Debian's packages golang-1.N-go are in go-1.N here

# On what the tests check the bugs of real Go where nobody has chosen: the releases of Debian 12 and
# 13, whose versions stay as they are.
FOR_TESTS = ("1.19", "1.24")
FOR_TESTS_SECONDS = 90


def root_of(version: str) -> Path:
    """Where the toolchain of a version like "1.27" is, once it has been fetched."""
    return FOLDER / version / "usr" / "lib" / f"go-{version}"


def fetched() -> list[Path]:
    """The roots of the toolchains that are there, the oldest release first."""
    versions = [path.name for path in FOLDER.glob("1.*") if VERSION.fullmatch(path.name)]
    return [root_of(one) for one in sorted(versions, key=lambda one: int(one.split(".")[1]))]


def ensure_for_tests() -> list[str]:
    """Fetches those of FOR_TESTS that are neither installed nor fetched, and says which.

    Raises QuakeError if one is not to be had, or not soon.
    """
    lacking = [one for one in FOR_TESTS if not (INSTALLED / f"go-{one}").exists()]
    return ensure(lacking, FOR_TESTS_SECONDS)


def ensure(versions: Sequence[str], seconds: float | None = None) -> list[str]:
    """Fetches those that are not there yet, and says which. Each call of apt has so much time.

    Raises QuakeError if one is not to be had; the others are there then.
    """
    for version in versions:
        if not VERSION.fullmatch(version):
            raise QuakeError(Status.BAD_INPUT, f"--go={version}: write versions, as 1.24,1.27")
    lacking = [one for one in dict.fromkeys(versions) if not root_of(one).exists()]
    if not lacking:
        return []
    _update()
    missing = [one for one in lacking if not _has_package(one)]
    for version in lacking:
        if version not in missing:
            _fetch(version)
    if missing:
        names = ", ".join(missing)
        message = f"no suite of Debian has packages of Go {names} any more"
        raise QuakeError(Status.MISSING, message)
    return lacking


def _update() -> None:
    """Fetches the lists of packages."""
    for name in ("lists/partial", "cache/archives/partial"):
        (APT / name).mkdir(parents=True, exist_ok=True)
    source = _mirror()
    lines = [f"deb [signed-by={KEYS}] {source} {suite} main\n" for suite in SUITES]
    (APT / "sources.list").write_text("".join(lines), encoding="utf-8")
    (APT / "status").touch()
    done = _apt("update", "-o", "APT::Update::Error-Mode=any")
    if done.returncode != 0:
        hint = "Debian's lists of packages cannot be fetched; is there a network? "
        raise QuakeError(Status.MISSING, hint + _error(done))


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


def _has_package(version: str) -> bool:
    command = ["apt-cache", *_options(), "show", "--no-all-versions", f"golang-{version}-go"]
    with starting("apt-cache"):
        done = subprocess.run(command, capture_output=True, env=_environment())
    return done.returncode == 0


def _fetch(version: str) -> None:
    """Downloads and unpacks the packages of a version."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=".") as name:
        packages, root = Path(name) / "packages", Path(name) / "root"
        packages.mkdir()
        wanted = [f"golang-{version}-{part}" for part in ("go", "src")]
        done = _apt("download", *wanted, cwd=packages)
        if done.returncode != 0:
            message = f"the packages of Go {version} cannot be fetched: {_error(done)}"
            raise QuakeError(Status.MISSING, message)
        for package in sorted(packages.glob("*.deb")):
            with starting("dpkg-deb"):
                subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
        if not (root / "usr" / "lib" / f"go-{version}" / "bin" / "go").exists():
            message = f"Debian's packages of Go {version} have no toolchain in the usual place"
            raise QuakeError(Status.MISSING, message)
        shutil.rmtree(FOLDER / version, ignore_errors=True)
        os.replace(root, FOLDER / version)


def _options() -> list[str]:
    """What has apt use our own files. Its sandbox could not write them."""
    settings = {
        "Dir::Etc::sourcelist": APT / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": APT,
        "Dir::State::lists": APT / "lists",
        "Dir::State::status": APT / "status",
        "Dir::Cache": APT / "cache",
        "APT::Sandbox::User": "root",
    }
    return [word for key, value in settings.items() for word in ("-o", f"{key}={value}")]


def _apt(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = ["apt-get", "-q", *_options(), *arguments]
    with starting("apt-get"):
        return subprocess.run(
            command, cwd=cwd, env=_environment(), capture_output=True, text=True
        )


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _error(done: subprocess.CompletedProcess[str]) -> str:
    """The first error that apt tells."""
    lines = [line for line in done.stderr.splitlines() if line.startswith(("E: ", "W: "))]
    return lines[0][3:] if lines else f"apt-get ended with status {done.returncode}"


def describe(version: str) -> str:
    """A line that says where a toolchain is."""
    return f"Go {version}: {shown(root_of(version))}"
