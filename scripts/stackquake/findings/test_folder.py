"""Tests of folder.py: kills at any moment, and full disks."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from unittest import mock

from stackquake.files import ROOT
from stackquake.findings import folder
from stackquake.status import QuakeError, Status

KILLS = 20
NAMES = ("nest.go", "original.go", "sub/story.md", "finding.json")

# Writes the same folder again and again, all its files with one text, and others once each.
WRITER = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from stackquake.findings import folder
parent = Path(sys.argv[2])
number = int(sys.argv[3])
print("begun", flush=True)
while True:
    number += 1
    text = f"{number} " * 3000
    for place in (parent / "same", parent / f"one-{number % 40}"):
        folder.write(place, {name: text for name in sys.argv[4:]})
"""


class FolderTest(unittest.TestCase):
    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.parent = Path(scratch.name) / "findings"
        self.place = self.parent / "a"

    def contents(self, place: Path) -> dict[str, str]:
        files = (path for path in place.rglob("*") if path.is_file())
        return {str(path.relative_to(place)): path.read_text() for path in files}

    def aside(self) -> list[str]:
        """What stands beside the folders, but for the lock."""
        return sorted(path.name for path in self.parent.glob(".*") if path.name != ".lock")

    def test_a_folder_has_its_files_and_no_others_of_an_earlier_one(self) -> None:
        folder.write(self.place, {"x": "1", "sub/y": b"2", "z": None})
        self.assertEqual(self.contents(self.place), {"x": "1", "sub/y": "2"})
        folder.write(self.place, {"x": "3"})
        self.assertEqual(self.contents(self.place), {"x": "3"})
        self.assertEqual(self.aside(), [])

    def test_an_update_reads_the_earlier_files_and_an_error_changes_nothing(self) -> None:
        folder.write(self.place, {"x": "1"})
        folder.update(self.place, lambda: {"x": (self.place / "x").read_text() + "2"})
        self.assertEqual(self.contents(self.place), {"x": "12"})
        with self.assertRaises(QuakeError):
            folder.update(self.place, mock.Mock(side_effect=QuakeError(Status.BAD_INPUT, "no")))
        self.assertEqual(self.contents(self.place), {"x": "12"})
        self.assertEqual(self.aside(), [])

    def test_a_folder_is_removed_as_a_whole(self) -> None:
        folder.write(self.place, {"x": "1"})
        folder.remove(self.place)
        folder.remove(self.place)
        self.assertFalse(self.place.exists())
        self.assertEqual(self.aside(), [])

    def test_what_a_killed_process_has_left_is_put_back_or_removed(self) -> None:
        folder.write(self.parent / "lost", {"x": "old"})
        folder.write(self.parent / "replaced", {"x": "old"})
        folder.write(self.parent / "unfinished", {"x": "half"})
        os.rename(self.parent / "lost", self.parent / ".lost.old")
        os.rename(self.parent / "replaced", self.parent / ".replaced.old")
        os.rename(self.parent / "unfinished", self.parent / ".unfinished.new")
        (self.parent / "replaced").mkdir()
        (self.parent / "replaced" / "x").write_text("new")
        folder.repair(self.parent)
        self.assertEqual(self.contents(self.parent / "lost"), {"x": "old"})
        self.assertEqual(self.contents(self.parent / "replaced"), {"x": "new"})
        self.assertFalse((self.parent / "unfinished").exists())
        self.assertEqual(self.aside(), [])

    def test_kill_at_any_moment_leaves_whole_folders(self) -> None:
        moments = random.Random(1)
        least = 0  # what "same" must have at least: it is never lost
        for _ in range(KILLS):
            least = max(least, self.kill_after(moments.uniform(0, 0.3), least))
            folder.repair(self.parent)
            self.assertEqual(self.aside(), [])
            for place in self.parent.iterdir():
                if place.name != ".lock":
                    whole = self.contents(place)
                    self.assertEqual(set(whole), set(NAMES), place)
                    self.assertEqual(len(set(whole.values())), 1, place)
            if least:
                text = (self.parent / "same" / "nest.go").read_text()
                self.assertGreaterEqual(int(text.split()[0]), least)
        self.assertGreater(least, 0)

    def kill_after(self, seconds: float, number: int) -> int:
        """Kills a writer that begins with a number; gives the last one in place before that."""
        arguments = [str(ROOT / "scripts"), str(self.parent), str(number), *NAMES]
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(seconds)
            seen = 0
            try:
                seen = int((self.parent / "same" / "nest.go").read_text().split()[0])
            except FileNotFoundError:
                pass
            process.send_signal(signal.SIGKILL)
        return seen

    def test_a_full_disk_changes_nothing(self) -> None:
        # In a name space of its own, where anybody may mount a file system of one megabyte.
        script = (
            f"mount -t tmpfs -o size=1m none {self.parent} || exit 77\n"
            f"exec {sys.executable} -c '{FULL}' {ROOT / 'scripts'} {self.parent}\n"
        )
        self.parent.mkdir()
        done = subprocess.run(
            ["unshare", "--map-root-user", "--mount", "sh", "-c", script],
            capture_output=True,
            text=True,
        )
        if done.returncode == 77 or "unshare" in done.stderr:
            self.skipTest("nobody may mount here")
        self.assertEqual((done.returncode, done.stdout), (0, "whole\n"), done.stderr)

    def test_records_of_other_versions_are_refused(self) -> None:
        for text, problem in (
            ('{"schema": 99}', "is of schema 99, and this version reads 1"),
            ("[]", "is no record of a finding"),
            ("{", "is no record of a finding"),
        ):
            folder.write(self.place, {folder.RECORD: text})
            self.assertTrue(folder.is_finding(self.place))
            with self.assertRaisesRegex(QuakeError, problem):
                folder.read(self.place)
        self.assertFalse(folder.is_finding(self.parent))


FULL = """
import errno, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from stackquake.findings import folder
parent = Path(sys.argv[2])
folder.write(parent / "a", {"nest.go": b"1" * 1000, "finding.json": "2"})
for place in ("a", "b"):
    try:
        folder.write(parent / place, {"nest.go": "3", "story.md": b"4" * (2 << 20)})
    except OSError as error:
        assert error.errno == errno.ENOSPC, error
    else:
        sys.exit("it has room")
assert sorted(path.name for path in parent.iterdir()) == [".lock", "a"], list(parent.iterdir())
assert (parent / "a" / "nest.go").read_bytes() == b"1" * 1000
assert len(list((parent / "a").iterdir())) == 2
folder.write(parent / "b", {"nest.go": "5"})
print("whole")
"""


if __name__ == "__main__":
    unittest.main()
