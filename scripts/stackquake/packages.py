"""Which Debian packages are missing, and their installation.

The table is scripts/packages.txt, which scripts/quake reads as well; scripts/install_packages does
the installing.
"""

import subprocess
import sys
from collections.abc import Iterable
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
    needed_by: str
    purpose: str


def read_table(path: Path = TABLE) -> list[Package]:
    """The packages of the table, in its order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Package(*line.split(maxsplit=2)) for line in lines if line and line[0] != "#"]


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
            Status.MISSING, "no dpkg-query: stackquake is built on Debian 12"
        ) from None
    present = {
        line.split()[0] for line in answer.stdout.splitlines() if line.endswith(" installed")
    }
    return [package for package in wanted if package.name not in present]


def ensure(*users: str) -> list[Package]:
    """Installs what these users ("all", a build's name, "develop") lack, and returns it."""
    lacking = missing(package for package in read_table() if package.needed_by in users)
    if lacking:
        for package in lacking:
            print(f"quake: missing {package.name}: {package.purpose}", file=sys.stderr)
        finished = subprocess.run([INSTALLER, *(package.name for package in lacking)])
        if finished.returncode != 0:
            raise QuakeError(Status.MISSING, "the packages above are needed first")
    return lacking
