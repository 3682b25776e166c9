"""Tests of state.py and nights.py: what is refused, what is resumed, and that nothing is lost."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from stackquake.files import ROOT
from stackquake.nightly import nights
from stackquake.nightly.state import DATABASE, VERSION, StateError, open_state
from stackquake.status import QuakeError, Status

# Writes rows two by two, and says each pair that it has committed.
WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from stackquake.nightly import nights
from stackquake.nightly.state import open_state
with open_state(Path(sys.argv[1])) as state:
    night = nights.begin(state, 1, "v", ["d"], 1)
    number = len(state.rows("SELECT * FROM skipped"))
    while True:
        with state.transaction():
            nights.skip(state, night, f"a{number}", "w")
            nights.skip(state, night, f"b{number}", "w")
        print(number, flush=True)
        number += 2
"""


class StateCase(unittest.TestCase):
    """A test with a folder for a state."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "state"
        self.database = self.folder / DATABASE


class StateTest(StateCase):
    def refused(self) -> QuakeError:
        """What opening the state raises; it must leave the file as it is."""
        before = self.database.read_bytes()
        with self.assertRaises(QuakeError) as caught, open_state(self.folder):
            pass
        self.assertEqual(self.database.read_bytes(), before)
        return caught.exception

    def make(self) -> None:
        with open_state(self.folder) as state:
            nights.begin(state, 1, "v", ["d"], 1)

    def test_what_is_written_is_there_the_next_time(self) -> None:
        self.make()
        with open_state(self.folder) as state:
            self.assertEqual(state.value("SELECT version FROM night"), "v")

    def test_a_state_of_another_version_is_refused(self) -> None:
        self.make()
        with sqlite3.connect(self.database) as database:
            database.execute(f"PRAGMA user_version = {VERSION + 1}")
        database.close()
        error = self.refused()
        self.assertEqual(error.status, Status.BAD_INPUT)
        self.assertIn(f"is of version {VERSION + 1}, and this program reads {VERSION}", str(error))

    def test_a_state_of_an_earlier_version_gets_what_it_lacks(self) -> None:
        self.make()
        with sqlite3.connect(self.database) as database:
            database.executescript("DROP TABLE proof; PRAGMA user_version = 1")
        database.close()
        with open_state(self.folder) as state:
            self.assertEqual(state.value("SELECT version FROM night"), "v")
            self.assertEqual(state.value("SELECT count(*) FROM proof"), 0)
            self.assertEqual(state.value("PRAGMA user_version"), VERSION)

    def test_a_damaged_state_is_refused(self) -> None:
        self.make()
        whole = self.database.read_bytes()
        for damaged in (b"no database" * 500, whole[:5000], whole[:4200] + b"x" * 9000):
            with self.subTest(len(damaged)):
                self.database.write_bytes(damaged)
                error = self.refused()
                self.assertEqual(error.status, Status.BAD_INPUT)
                self.assertIn("is damaged", str(error))
                self.assertNotIn("\n", str(error))

    def test_a_second_night_says_so_or_waits(self) -> None:
        with open_state(self.folder):
            with self.assertRaisesRegex(QuakeError, "another night works in") as caught:
                with open_state(self.folder):
                    pass
            self.assertEqual(caught.exception.status, Status.MISSING)
            command = [sys.executable, "-c", WRITER.replace(")) as", "), wait=True) as")]
            waiting = subprocess.Popen(
                [*command, str(self.folder), str(ROOT / "scripts")],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            assert waiting.stdout is not None and waiting.stderr is not None
            self.assertIn(b"waiting for another night", waiting.stderr.readline())
        self.assertEqual(waiting.stdout.readline(), b"0\n")
        waiting.kill()
        waiting.communicate()

    def test_a_transaction_is_done_whole_or_not_at_all(self) -> None:
        with open_state(self.folder) as state:
            night = nights.begin(state, 1, "v", ["d"], 1)
            with self.assertRaises(KeyError), state.transaction():
                nights.skip(state, night, "a", "w")
                raise KeyError
            self.assertEqual(state.rows("SELECT * FROM skipped"), [])

    def test_killed_at_any_moment_it_has_what_was_committed(self) -> None:
        chance = random.Random(1)
        last = -2
        for _ in range(10):
            command = [sys.executable, "-c", WRITER, str(self.folder), str(ROOT / "scripts")]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
                assert writer.stdout is not None
                said = [writer.stdout.readline() for _ in range(chance.randrange(1, 9))]
                time.sleep(chance.random() / 100)
                writer.send_signal(signal.SIGKILL)
                said += writer.stdout.readlines()
            last = int(said[-1])
            with open_state(self.folder) as state:
                names = [row["what"] for row in state.rows("SELECT what FROM skipped")]
                self.assertEqual(len(state.rows("SELECT * FROM night")), 1)
            self.assertEqual(len(names) % 2, 0)
            self.assertGreaterEqual(len(names), last + 2)

    @unittest.skipIf(os.geteuid() != 0, "a small file system is mounted by root")
    def test_a_full_disk_loses_nothing(self) -> None:
        self.folder.mkdir(parents=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(self.folder)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            self.skipTest("no tmpfs can be mounted")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.folder)])
        with open_state(self.folder) as state:
            night = nights.begin(state, 1, "v", ["d"], 1)
            nights.skip(state, night, "a", "w")
            _, _, free = shutil.disk_usage(self.folder)
            filler = self.folder / "filler"
            filler.write_bytes(bytes(free))
            with self.assertRaises(StateError) as caught:
                for number in range(1000):
                    nights.skip(state, night, f"b{number}", "w" * 5000)
            self.assertIn("nights.sqlite: database or disk is full; what", str(caught.exception))
            kept = [row["what"] for row in state.rows("SELECT what FROM skipped")]
            filler.unlink()
            nights.skip(state, night, "c", "w")
        with open_state(self.folder) as state:
            now = [row["what"] for row in state.rows("SELECT what FROM skipped")]
        self.assertEqual(now[0], "a")
        self.assertEqual(now, [*kept, "c"])


class NightsTest(StateCase):
    def test_a_killed_night_goes_on(self) -> None:
        with open_state(self.folder) as state:
            night = nights.begin(state, 20, "v", ["d"], 7)
            state.write("INSERT INTO stage VALUES (?, 'replay', 30)", night.id)
            campaign = "INSERT INTO campaign VALUES (?, 't', 'd', 60, 1, 1, 1, 1, 1, 0)"
            state.write(campaign, night.id)
        with open_state(self.folder) as state:
            again = nights.begin(state, 20, "v", ["d"], 8)
            self.assertEqual((again.id, again.seed, again.is_resumed), (night.id, 7, True))
            self.assertEqual(again.spent, 90)
            self.assertEqual(nights.stages_done(state, again), {"replay"})
            state.write("INSERT INTO stage VALUES (?, 'fuzz', 65)", night.id)
            self.assertEqual(nights.begin(state, 20, "v", ["d"], 8).spent, 95)

    def test_a_night_that_ended_or_is_of_another_kind_does_not_go_on(self) -> None:
        late = datetime.now(timezone.utc) + nights.RESUME_WITHIN + timedelta(minutes=1)
        with open_state(self.folder) as state:
            first = nights.begin(state, 20, "v", ["d"], 1)
            second = nights.begin(state, 20, "w", ["d"], 1)
            third = nights.begin(state, 20, "w", ["d", "e"], 1)
            fourth = nights.begin(state, 20, "w", ["d", "e"], 1, late)
            nights.end(state, fourth)
            fifth = nights.begin(state, 20, "w", ["d", "e"], 1)
            found = [night.id for night in (first, second, third, fourth, fifth)]
            self.assertEqual(found, [1, 2, 3, 4, 5])
            self.assertFalse(fifth.is_resumed)


if __name__ == "__main__":
    unittest.main()
