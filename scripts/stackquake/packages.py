"""Which Debian packages are missing, and their installation.

The table is scripts/packages.txt, which scripts/quake reads as well. scripts/install_packages does
the installing.
"""

import subprocess
import sys
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import ROOT
from stackquake.status import QuakeError, Status

TABLE = ROOT / "scripts" / "packages.txt"
INSTALLER = ROOT / "scripts" / "install_packages"


@dataclass(frozen=True)
class Package:
    """A line of the table."""

    name: str
    needed_by: tuple[str, ...]
    purpose: str

    def is_needed_by(self, kinds: Collection[str]) -> bool:
        """Whether one of these kinds of work needs it."""
        return any(kind in kinds for kind in self.needed_by)


def read_table(path: Path = TABLE) -> list[Package]:
    """The packages of the table, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_package(line) for line in lines if line and line[0] != "#"]


def _package(line: str) -> Package:
    name, needed_by, purpose = line.split(maxsplit=2)
    return Package(name, tuple(needed_by.split(",")), purpose)


def missing(packages: Iterable[Package]) -> list[Package]:
    """Those of the packages that are not installed."""
    wanted = list(packages)
    query = ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n"]
    try:
        # It fails when it has never heard of a package, yet still answers for the others.
        answer = subprocess.run(
            query + [package.name for package in wanted], capture_output=True, text=True
        )
    except FileNotFoundError:
        raise QuakeError(
            Status.MISSING, "no dpkg-query: stackquake is built on Debian 12 or 13"
        ) from None
    present = {
        line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in wanted if package.name not in present]


def ensure(*kinds: str) -> list[Package]:
    """Installs what these kinds of work lack, in one go, and returns it.

    The kinds are those of the table, such as "build", a build's name, or "develop".
    """
    lacking = missing(package for package in read_table() if package.is_needed_by(kinds))
    if lacking:
        for package in lacking:
            print(f"quake: missing {package.name}: {package.purpose}", file=sys.stderr)
        finished = subprocess.run([INSTALLER, *(package.name for package in lacking)])
        if finished.returncode != 0:
            raise QuakeError(Status.MISSING, "the packages above are needed first")
    return lacking
