"""Tests of progress.py."""

import os
import signal
import tempfile
import threading
import unittest
from pathlib import Path

from stackquake.jobs.progress import Finished, run_quietly
from stackquake.jobs.test_children import PARENT, is_running, wait_until


class RunQuietlyTest(unittest.TestCase):
    def test_gathers_what_a_program_prints(self) -> None:
        finished = run_quietly(["sh", "-c", "echo a; echo b >&2; exit 3"], "working")
        self.assertEqual(finished, Finished(3, "a\nb\n"))

    def test_an_interrupt_ends_the_program_and_what_it_has_started(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            grandchild = Path(name) / "grandchild"

            def interrupt() -> None:
                wait_until(grandchild.exists)
                os.kill(os.getpid(), signal.SIGINT)

            thread = threading.Thread(target=interrupt)
            thread.start()
            with self.assertRaises(KeyboardInterrupt):
                run_quietly(["sh", "-c", f"cd {name}; {PARENT}"], "working")
            thread.join()
            pid = int(grandchild.read_text())
            self.assertTrue(wait_until(lambda: not is_running(pid)))


if __name__ == "__main__":
    unittest.main()
