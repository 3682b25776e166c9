"""Tests of the programs' output, seen from outside: full disks, links, and files to be replaced."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.jobs import build

DEFECT = "aborted-panic-linked"
FINDING = ROOT / "corpus" / "defects" / f"{DEFECT}.go"
SEED = sorted((ROOT / "corpus" / "seeds").glob("*.go"))[0]

# Reduces a finding, which takes far less than this.
REDUCE = ["reduce_nest", "--defect", DEFECT, "--seconds", "60"]

# Each prints something when it is run with these arguments.
PRINTING = [
    ["format_nests", str(SEED)],
    ["list_candidates", str(SEED)],
    ["list_designs"],
    ["list_operations"],
    ["pack_nests", str(SEED)],
    ["generate_nests"],
    ["run_nests", str(SEED)],
    ["run_oracle", str(SEED)],
    ["replay_nest", str(SEED)],
    ["replay_language", str(SEED)],
    [*REDUCE, str(FINDING)],
]


def run(command: list[str], redirection: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a program of the check build, with the shell's redirection."""
    program = str(build.program("check", command[0]))
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirection}', "bash", program, *command[1:]],
        capture_output=True,
        text=True,
    )


class FullDiskTest(unittest.TestCase):
    def test_output_that_cannot_be_written_is_status_3(self) -> None:
        for command in PRINTING:
            finished = run(command, ">/dev/full")
            with self.subTest(command[0]):
                self.assertEqual(finished.returncode, 3, finished.stderr)
                line = finished.stderr.splitlines()[-1]
                self.assertRegex(line, "^[^ ]*: standard output cannot be written$")

    def test_output_that_can_be_written_is_status_0(self) -> None:
        for command in PRINTING:
            finished = run(command)
            with self.subTest(command[0]):
                self.assertEqual(finished.returncode, 0, finished.stderr)
                self.assertNotEqual(finished.stdout, "")


class ReduceOutTest(unittest.TestCase):
    """Where `reduce --out` writes to."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def reduce(self, out: Path | str) -> str:
        """Reduces the finding, and returns what came on standard output."""
        finished = run([*REDUCE, "--out", str(out), str(FINDING)])
        self.assertEqual(finished.returncode, 0, finished.stderr)
        return finished.stdout

    def test_a_regular_file_is_replaced(self) -> None:
        file, other_name = self.folder / "out.go", self.folder / "other.go"
        file.write_text("before")
        other_name.hardlink_to(file)
        self.assertEqual(self.reduce(file), "")
        self.assertIn("package main", file.read_text())
        self.assertEqual(other_name.read_text(), "before", "written in place")
        self.assertEqual(len(list(self.folder.iterdir())), 2, "a part is left")

    def test_a_link_stays_and_its_file_is_replaced(self) -> None:
        file, link = self.folder / "out.go", self.folder / "link.go"
        file.write_text("before")
        link.symlink_to(file)
        self.reduce(link)
        self.assertTrue(link.is_symlink())
        self.assertIn("package main", file.read_text())

    def test_a_device_is_written_to(self) -> None:
        self.assertIn("package main", self.reduce("/dev/stdout"))
        link = self.folder / "null"
        link.symlink_to("/dev/null")
        self.reduce(link)
        self.assertTrue(Path("/dev/null").is_char_device())


if __name__ == "__main__":
    unittest.main()
