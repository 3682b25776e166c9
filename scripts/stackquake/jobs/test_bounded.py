"""Tests of bounded.py, with processes that run some Python."""

import os
import subprocess
import sys
import time
import unittest

from stackquake.jobs import bounded
from stackquake.jobs.bounded import Ending, run_process
from stackquake.status import QuakeError


class RunProcessTest(unittest.TestCase):
    """One process."""

    def run_python(self, text: str, seconds: float = 60) -> Ending:
        """Runs some Python."""
        return run_process([sys.executable, "-c", text], {}, seconds)

    def test_tells_how_it_ended(self) -> None:
        ending = self.run_python("import sys; print('T 1 2'); sys.exit('oh')")
        self.assertEqual(ending, Ending(1, "T 1 2\n", "oh\n"))

    def test_ends_what_sleeps_for_too_long(self) -> None:
        ending = self.run_python("import time; time.sleep(600)", 0.1)
        self.assertTrue(ending.timed_out)

    def test_ends_what_uses_too_much_of_a_processor(self) -> None:
        ending = self.run_python("while True: pass", 1)
        self.assertTrue(ending.timed_out)

    def test_leaves_alone_what_is_slow_since_others_run(self) -> None:
        awake = (
            "import time\n"
            "end = time.monotonic() + 1.5\n"
            "while time.monotonic() < end:\n"
            "    sum(range(30000))\n"
            "    time.sleep(0.005)\n"
        )
        start = time.monotonic()
        self.assertEqual(self.run_python(awake, 0.1), Ending(0, "", ""))
        self.assertGreater(time.monotonic() - start, 1)

    def test_ends_what_prints_too_much(self) -> None:
        ending = self.run_python("while True: print('T 1 1' * 1000)")
        self.assertTrue(ending.timed_out)
        self.assertLess(len(ending.output), 2 * bounded.MAX_OUTPUT)

    def test_limits_hold_from_the_first_instruction_on(self) -> None:
        ending = self.run_python(
            "import resource as r; print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_DATA))"
        )
        self.assertEqual(ending.output, f"(60, 60) ({bounded.MAX_DATA}, {bounded.MAX_DATA})\n")

    def test_a_program_that_is_not_there_is_something_missing(self) -> None:
        with self.assertRaisesRegex(QuakeError, "no-such-program cannot be started"):
            run_process(["/no-such-program"], {}, 1)

    def test_processor_time_is_that_of_the_process(self) -> None:
        self.assertGreater(bounded.processor_seconds(os.getpid()), 0)
        process = subprocess.Popen(["true"])
        process.wait()
        self.assertEqual(bounded.processor_seconds(process.pid), 0)

    def test_refuses_too_much_memory(self) -> None:
        most = bounded.MAX_DATA
        ending = self.run_python(f"x = bytearray({most // 8}); print(1); y = bytearray({most})")
        self.assertEqual(ending.output, "1\n")
        self.assertIn("MemoryError", ending.errors)


if __name__ == "__main__":
    unittest.main()
