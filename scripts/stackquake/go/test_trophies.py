"""The bugs of real Go in corpus/trophies, on the toolchains of which it says what they do.

Those that are installed are tried, those that `quake setup --go=1.N` has fetched, and those that
QUAKE_GO names by roots or versions, with colons between them. For each that is not there a test is
skipped. Where the environment has CI, `quake test` fetches what is missing of two releases.
"""

import functools
import json
import os
import re
import subprocess
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path

import pytest

from stackquake.files import ROOT
from stackquake.go import fetching, nests, toolchain
from stackquake.go.command import stated_cases
from stackquake.go.comparing import Comparer
from stackquake.go.modes import MODES
from stackquake.go.toolchain import Toolchain, clean_environment
from stackquake.go.variant import Variant
from stackquake.inputs import list_nests
from stackquake.jobs.bounded import Ending, run_process
from stackquake.status import QuakeError

TROPHIES = ROOT / "corpus" / "trophies"
REPROS = ROOT / "corpus" / "repros"
MEASURED: dict[str, dict[str, list[str]]] = json.loads((TROPHIES / "measured.json").read_text())

TRIES = 20  # of a repro, which need not be wrong each time
SECONDS = 5.0

# Repros that are wrong in one of a hundred runs.
SELDOM = {"go1.22.12 plain": {"stale_panic_link"}, "go1.25.12 plain": {"stale_panic_link"}}


@functools.cache
def toolchains() -> dict[str, Toolchain]:
    """All that are there, by their versions."""
    named = [name for name in os.environ.get("QUAKE_GO", "").split(os.pathsep) if name]
    named += [*map(str, fetching.fetched()), *(["gccgo"] if toolchain.newest_gccgo() else [])]
    try:
        found = toolchain.find()
    except QuakeError:
        found = []
    found += toolchain.find(named) if named else []
    return {one.version: one for one in found}


def variant_named(name: str) -> Variant:
    """The variant of measured.json; skips the test if its toolchain is not there."""
    version, mode = name.split()
    if version not in toolchains():
        release = re.sub(r"^gccgo(\d+).*", r"gccgo-\1", re.sub(r"^go(1\.\d+).*", r"\1", version))
        pytest.skip(f"{version} is not there: scripts/quake setup --go={release} may fetch it")
    return Variant(toolchains()[version], MODES[mode])


def output_of(repro: Path) -> str:
    """What the comment of a repro says that it has to print."""
    lines = repro.read_text().split("// Output:\n")[1].split("\n\n")[0].splitlines()
    return "".join(line.removeprefix("// ") + "\n" for line in lines)


def repros() -> list[Path]:
    """All of them."""
    return sorted(REPROS.glob("*.go"))


@pytest.mark.parametrize("name", MEASURED)
def test_go_does_as_measured(name: str) -> None:
    """The nests, in each mode."""
    variant = variant_named(name)
    nests.ensure_programs()
    cases = stated_cases(nests.read_texts(list_nests([str(TROPHIES)])), {})
    found = Comparer().disagreements(variant, cases)
    names = {Path(one.case.name).stem for one in found.steady}
    others = [one.case.name for one in (*found.unsteady, *found.slow, *found.by_schedule)]
    assert_measured(names, variant, {Path(case.name).stem for case in cases}, others)
    assert None not in [one.known for one in found.steady]


@pytest.mark.parametrize("name", [name for name in MEASURED if name.endswith(" plain")])
def test_repros_are_wrong_where_their_nests_are(name: str) -> None:
    """The ordinary programs, as anybody builds them."""
    variant = variant_named(name)
    wrong = {repro.stem for repro in repros() if is_wrong(variant, repro)}
    stems = {repro.stem for repro in repros()}
    assert_measured(wrong, variant, stems - SELDOM.get(variant.name, set()))


def assert_measured(
    wrong: set[str], variant: Variant, all_names: set[str], others: Sequence[str] = ()
) -> None:
    """What is always wrong is, and nothing else but what is so at times.

    `others` were neither right nor wrong each time; only the message tells of them.
    """
    measured = MEASURED[variant.name]
    right = set(measured["always"]) & all_names - wrong
    assert right == set(), f"right, or {others}: {sorted(right)}"
    more = wrong - {*measured["always"], *measured["at times"]}
    assert more == set(), f"wrong: {sorted(more)}"


def is_wrong(variant: Variant, repro: Path) -> bool:
    """Builds a repro, and runs it until it is wrong."""
    with tempfile.TemporaryDirectory() as name:
        program = str(variant.toolchain.program)
        command = [program, "build", "-o", "repro"]
        if variant.toolchain.is_gccgo:
            command = [program, "-O1", "-static-libgo", "-o", "repro"]
        environment = {**clean_environment(variant.home / "cache"), "TMPDIR": name}
        with variant.lock():
            subprocess.run([*command, str(repro)], cwd=name, env=environment, check=True)
        environment = {"GOTRACEBACK": "none"}
        command = [str(Path(name) / "repro")]
        right = Ending(0, output_of(repro), "")
        return any(run_process(command, environment, SECONDS) != right for _ in range(TRIES))


class TableTest(unittest.TestCase):
    """What is wrong where, as it is written down."""

    def test_every_nest_is_wrong_somewhere_and_every_repro_has_a_nest(self) -> None:
        stems = {path.stem for path in TROPHIES.glob("*.go")}
        self.assertEqual(stems, {name for wrong in MEASURED.values() for name in wrong["always"]})
        self.assertLessEqual({path.stem for path in repros()}, stems)

    def test_the_table_for_people_says_the_same(self) -> None:
        text = (TROPHIES / "README.md").read_text()
        rows = re.findall(r"^\| (g\S+ \w+) \| (.*) \| (.*) \|$", text, re.MULTILINE)
        names = [
            (name, re.findall(r"`(\w+)`", a), re.findall(r"`(\w+)`", b)) for name, a, b in rows
        ]
        told = {name: {"always": always, "at times": at_times} for name, always, at_times in names}
        self.assertEqual(told, MEASURED)


if __name__ == "__main__":
    unittest.main()
