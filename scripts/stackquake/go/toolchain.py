"""Go toolchains: which there are, and how to call them."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackquake.go import fetching
from stackquake.jobs.children import CHILDREN
from stackquake.status import QuakeError, Status

# The release of Go whose library GCC 12 and later have.
GCCGO_LIBRARY = (1, 18)

INSTALLED = fetching.INSTALLED
HINT = "apt-get install golang-go, or scripts/quake setup --go"

# What a Go program calls itself, as "go1.19.8" or "go1.27-devel_1234"; gccgo's own number is GCC's.
GO_VERSION = re.compile(r"go1\.(?P<minor>\d+)")
GCCGO_RELEASE = re.compile(r"gccgo-(\d+)")
GCC_VERSION = re.compile(r"\) (?P<number>\d+\.\d+\.\d+)")


@dataclass(frozen=True)
class Toolchain:
    """A compiler with its runtime."""

    program: Path  # the go command, or gccgo
    version: str  # "go1.19.8", "gccgo12.2.0"
    release: tuple[int, int]  # (1, 19): of Go; of gccgo that of the library that it comes with
    root: Path | None  # GOROOT; None for gccgo, which has no sources to be changed

    @property
    def is_gccgo(self) -> bool:
        """Whether it is GCC's."""
        return self.root is None


def clean_environment(cache: Path) -> dict[str, str]:
    """Nothing of the user's Go settings, no network, no other toolchain than the one called.

    There is no home folder: in one, Go 1.23 and later leave a process behind that writes telemetry
    when the command has long ended.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "GOPATH": str(cache / "path"),
        "GOCACHE": str(cache),
        "GOENV": "off",
        "GOFLAGS": "",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
    }


def find(named: Sequence[str] = ()) -> list[Toolchain]:
    """The toolchains named, or else those that are installed; at least one."""
    programs = [_program(name) for name in named] or _installed()
    found = {program.resolve(): program for program in programs}
    if not found:
        raise QuakeError(Status.MISSING, f"no Go toolchain is installed ({HINT})")
    return [_ask(program) for program in found.values()]


def _installed() -> list[Path]:
    """The go command on PATH, and Debian's packages; the oldest release first."""
    on_path = shutil.which("go")
    packages = [path for path in INSTALLED.glob("go-*/bin/go") if os.access(path, os.X_OK)]
    packages.sort(key=lambda path: [int(part) for part in re.findall(r"\d+", path.parts[-3])])
    return ([Path(on_path)] if on_path else []) + packages


def newest_gccgo() -> str | None:
    """GCC's Go compiler on PATH: `gccgo`, or where only packages of releases are, the newest."""
    if found := shutil.which("gccgo"):
        return found
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    releases = [
        (int(match[1]), str(path))
        for folder in folders
        for path in Path(folder).glob("gccgo-*")
        if (match := GCCGO_RELEASE.fullmatch(path.name)) and os.access(path, os.X_OK)
    ]
    return max(releases)[1] if releases else None


def _program(name: str) -> Path:
    """What is meant by a version, a name on PATH, the path of a program, or a toolchain's root."""
    if fetching.VERSION.fullmatch(name):
        return _of_version(name)
    if fetching.GCCGO.fullmatch(name):
        return _gccgo_of_release(name)
    if name == "gccgo":
        name = newest_gccgo() or name
    for candidate in (name, str(Path(name) / "bin" / "go")):
        found = shutil.which(candidate)
        if found is not None and Path(found).is_file():
            return Path(found).absolute()
    raise QuakeError(Status.MISSING, f"no Go toolchain: {name} is not there ({HINT})")


def _of_version(version: str) -> Path:
    """The go command of a release: fetched by `quake setup --go=1.N`, or Debian's package."""
    for root in (fetching.root_of(version), INSTALLED / f"go-{version}"):
        if os.access(root / "bin" / "go", os.X_OK):
            return root / "bin" / "go"
    message = f"Go {version} is not there: scripts/quake setup --go={version} fetches it"
    raise QuakeError(Status.MISSING, message)


def _gccgo_of_release(name: str) -> Path:
    """GCC's compiler of a release: fetched by `quake setup --go=gccgo-N`, or on PATH."""
    fetched = fetching.program_of(name)
    if os.access(fetched, os.X_OK):
        return fetched
    if found := shutil.which(name):
        return Path(found).absolute()
    message = f"{name} is not there: scripts/quake setup --go={name} fetches it"
    raise QuakeError(Status.MISSING, message)


def _ask(program: Path) -> Toolchain:
    """Has a toolchain say what it is."""
    if "gccgo" in program.name:
        return _ask_gccgo(program)
    said = _output([str(program), "env", "GOVERSION", "GOROOT"], program)
    version, _, root = said.partition("\n")
    minor = GO_VERSION.match(version)
    if minor is None or not root:
        raise QuakeError(Status.MISSING, f"{program} is no Go toolchain: it says {said!r}")
    return Toolchain(program, version.split()[0], (1, int(minor["minor"])), Path(root))


def _ask_gccgo(program: Path) -> Toolchain:
    said = _output([str(program), "--version"], program)
    number = GCC_VERSION.search(said)
    if number is None:
        raise QuakeError(Status.MISSING, f"{program} is no gccgo: it says {said!r}")
    return Toolchain(program, f"gccgo{number['number']}", GCCGO_LIBRARY, None)


def _output(command: Sequence[str], program: Path) -> str:
    """What the program prints. What it caches is thrown away."""
    with tempfile.TemporaryDirectory(prefix="quake-go-") as cache:
        done = CHILDREN.run(command, env=clean_environment(Path(cache)))
    if done.returncode != 0:
        message = f"{program} does not work: {' '.join(done.stderr.split())}"
        raise QuakeError(Status.MISSING, message)
    return done.stdout.strip()
