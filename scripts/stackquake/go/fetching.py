"""Toolchains of Debian's packages, from whatever suite has them, unpacked in the build folder.

Of Go these are `golang-1.N-go`, the toolchain, and `golang-1.N-src`, its sources; of GCC all that
`gccgo-N` needs. They are unpacked beside the place of the toolchain, which then gets its name. So a
toolchain is there as a whole or not at all.

A compiler of a newer Debian needs the C library of that Debian. So what is unpacked of GCC is made
to use the libraries beside it, and a script calls it so that the programs that it makes do, too.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from stackquake import packages
from stackquake.files import BUILD, shown
from stackquake.go.apt import Apt
from stackquake.jobs.group import starting
from stackquake.status import QuakeError, Status

FOLDER = BUILD / "go" / "toolchains"
INSTALLED = Path("/usr/lib")  # Debian's packages golang-1.N-go are in go-1.N here

VERSION = re.compile(r"1\.\d+")
GCCGO = re.compile(r"gccgo-\d+")

# On which releases the tests check the bugs of real Go where nobody has fetched others: those of
# Debian 12 and 13, whose versions stay as they are.
FOR_TESTS = ("1.19", "1.24")
FOR_TESTS_SECONDS = 90

LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = f"{LIBRARIES}/ld-linux-x86-64.so.2"
SCRIPT = """#!/bin/sh
exec {root}/usr/bin/{name} -B {root}/usr/bin/ --sysroot={root} \\
  -Wl,--dynamic-linker={root}/{loader} -Wl,-rpath,{root}/{libraries} "$@"
"""


def root_of(version: str) -> Path:
    """Where the toolchain of a version like "1.27" is, once it has been fetched."""
    return FOLDER / version / "usr" / "lib" / f"go-{version}"


def program_of(name: str) -> Path:
    """The program of a fetched toolchain: of a version like "1.27", or of "gccgo-14"."""
    is_gccgo = GCCGO.fullmatch(name) is not None
    return FOLDER / name / name if is_gccgo else root_of(name) / "bin" / "go"


def fetched() -> list[Path]:
    """The programs of the toolchains that are there: Go's, the oldest release first, then GCC's."""
    names = [path.name for path in FOLDER.glob("*") if _is_name(path.name)]
    names.sort(key=lambda name: (GCCGO.fullmatch(name) is not None, int(re.split("[.-]", name)[1])))
    return [program_of(name) for name in names]


def ensure_for_tests() -> list[str]:
    """Fetches those of FOR_TESTS that are neither installed nor fetched, and says which.

    Raises QuakeError if one is not to be had, or not soon.
    """
    lacking = [one for one in FOR_TESTS if not (INSTALLED / f"go-{one}").exists()]
    return ensure(lacking, FOR_TESTS_SECONDS)


def ensure(names: Sequence[str], seconds: float | None = None) -> list[str]:
    """Fetches those that are not there yet, and says which. Each call of apt has so much time.

    Raises QuakeError if one is not to be had; the others are there then.
    """
    for name in names:
        if not _is_name(name):
            message = f"--go={name}: write versions, as 1.24,1.27, or gccgo-14"
            raise QuakeError(Status.BAD_INPUT, message)
    with _alone():
        return _ensure([one for one in dict.fromkeys(names) if not _is_there(one)], Apt(seconds))


def describe(name: str) -> str:
    """A line that says where a toolchain is."""
    if GCCGO.fullmatch(name):
        return f"{name}: {shown(program_of(name))}"
    return f"Go {name}: {shown(root_of(name))}"


def _is_name(name: str) -> bool:
    return any(form.fullmatch(name) for form in (VERSION, GCCGO))


def _is_there(name: str) -> bool:
    return program_of(name).exists()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Waits for another command that fetches toolchains."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with open(FOLDER / ".lock", "w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _ensure(lacking: Sequence[str], apt: Apt) -> list[str]:
    if not lacking:
        return []
    if any(GCCGO.fullmatch(one) for one in lacking):
        packages.ensure("gccgo")
    apt.update()
    missing = [one for one in lacking if not apt.has(_package(one))]
    for name in lacking:
        if name not in missing:
            _fetch(name, apt)
    if missing:
        names = ", ".join(missing)
        message = f"no suite of Debian has packages of Go {names} any more"
        raise QuakeError(Status.MISSING, message)
    return list(lacking)


def _package(name: str) -> str:
    return f"golang-{name}-go" if VERSION.fullmatch(name) else name


def _fetch(name: str, apt: Apt) -> None:
    """Downloads and unpacks the packages of a toolchain."""
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=".") as folder:
        root = Path(folder) / "root"
        place = FOLDER / name
        if VERSION.fullmatch(name):
            apt.unpack([_package(name), f"golang-{name}-src"], root)
            program = root / "usr" / "lib" / f"go-{name}" / "bin" / "go"
        else:
            _join_folders(root)
            apt.unpack_with_dependencies(name, root)
            program = root / "usr" / "bin" / name
        if not program.exists():
            message = f"Debian's packages of Go {name} have no toolchain in the usual place"
            raise QuakeError(Status.MISSING, message)
        if GCCGO.fullmatch(name):
            _use_libraries_beside(root, place)
            _write_script(root / name, name, place)
        shutil.rmtree(place, ignore_errors=True)
        os.replace(root, place)


# ---- GCC ----


def _join_folders(root: Path) -> None:
    """Makes /lib and /lib64 links into /usr, as in every Debian; packages have files there."""
    for name in ("lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")


def _use_libraries_beside(root: Path, place: Path) -> None:
    """Has all programs below `root` use the libraries there, once it has been moved to `place`.

    With --force-rpath the libraries of their libraries are found there as well.
    """
    flags = ["--set-interpreter", place / LOADER, "--force-rpath", "--set-rpath", place / LIBRARIES]
    for folder in ("usr/bin", "usr/libexec", "usr/lib/gcc"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not path.is_symlink() and _has_loader(path):
                with starting("patchelf"):
                    subprocess.run(["patchelf", *flags, path], check=True)


def _has_loader(path: Path) -> bool:
    """Whether a file is a program that is linked with shared libraries."""
    with open(path, "rb") as file:
        if file.read(4) != b"\x7fELF":
            return False
    with starting("patchelf"):
        done = subprocess.run(["patchelf", "--print-interpreter", path], capture_output=True)
    return done.returncode == 0


def _write_script(path: Path, name: str, place: Path) -> None:
    root = shlex.quote(str(place))
    text = SCRIPT.format(root=root, name=name, loader=LOADER, libraries=LIBRARIES)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
