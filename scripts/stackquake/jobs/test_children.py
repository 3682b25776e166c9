"""Tests of children.py."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import unittest.mock
from collections.abc import Callable
from pathlib import Path

from stackquake.jobs.children import SIGNALS, Children, Interrupted
from stackquake.status import QuakeError, Status

# Like `go build`: waits for a process of its own, which it has told of in a file.
PARENT = "sleep 60 & echo $! > grandchild.tmp; mv grandchild.tmp grandchild; wait"


def is_running(pid: int) -> bool:
    """Whether there is such a process that is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def wait_until(condition: Callable[[], bool]) -> bool:
    """Whether it came true in good time."""
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


class ChildrenTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.children = Children()

    def run_parent(self, timeout: float | None = None) -> None:
        self.children.run(["sh", "-c", PARENT], cwd=self.folder, timeout=timeout)

    def has_begun(self) -> bool:
        return (self.folder / "grandchild").exists()

    def assert_all_ended(self) -> None:
        """The parent is waited for where it is started; its child has to be gone as well."""
        grandchild = int((self.folder / "grandchild").read_text())
        self.assertTrue(wait_until(lambda: not is_running(grandchild)))

    def signal_when_begun(self, number: int) -> threading.Thread:
        def send() -> None:
            wait_until(self.has_begun)
            os.kill(os.getpid(), number)

        thread = threading.Thread(target=send)
        thread.start()
        return thread

    def test_gathers_what_a_child_prints(self) -> None:
        done = self.children.run(["sh", "-c", "echo a; echo b >&2; exit 3"])
        self.assertEqual((done.returncode, done.stdout, done.stderr), (3, "a\n", "b\n"))

    def test_a_child_has_a_session_of_its_own(self) -> None:
        done = self.children.run([sys.executable, "-c", "import os; print(os.getsid(0))"])
        self.assertNotEqual(int(done.stdout), os.getsid(0))

    def test_a_program_that_cannot_be_started_is_something_missing(self) -> None:
        with self.assertRaisesRegex(QuakeError, "no-such-program cannot be started") as caught:
            self.children.run(["/no-such-program"])
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_child_that_takes_too_long_ends_with_its_children(self) -> None:
        with self.assertRaises(subprocess.TimeoutExpired):
            self.run_parent(timeout=3)
        self.assert_all_ended()

    def test_a_child_that_is_ended_gently_has_time_to_clean_up(self) -> None:
        tidy = "trap 'rm half; exit 0' TERM; touch half; echo begun; while :; do sleep 0.05; done"
        with self.assertRaises(KeyError):
            with self.children.start(
                ["sh", "-c", tidy], gently=True, cwd=self.folder, stdout=subprocess.PIPE
            ) as process:
                process.stdout.readline()
                self.assertTrue((self.folder / "half").exists())
                raise KeyError
        self.assertFalse((self.folder / "half").exists())

    def test_a_child_that_does_not_end_gently_is_killed(self) -> None:
        with unittest.mock.patch("stackquake.jobs.children.GRACE_SECONDS", 0.2):
            with self.children.start(
                ["sh", "-c", "trap '' TERM; echo begun; while :; do sleep 0.05; done"],
                gently=True,
                stdout=subprocess.PIPE,
            ) as process:
                process.stdout.readline()
        self.assertEqual(process.returncode, -signal.SIGKILL)

    def test_each_signal_ends_a_child_of_the_main_thread_and_its_children(self) -> None:
        for number in SIGNALS:
            with self.subTest(number.name):
                thread = self.signal_when_begun(number)
                with self.assertRaises(Interrupted) as caught:
                    with self.children.ended_by_signals():
                        self.run_parent()
                thread.join()
                self.assertEqual(caught.exception.number, number)
                self.assert_all_ended()
                (self.folder / "grandchild").unlink()

    def test_a_signal_ends_the_children_of_all_threads_and_none_is_started_any_more(self) -> None:
        refused = threading.Event()

        def work() -> None:
            self.run_parent()
            with contextlib.suppress(Interrupted):
                self.children.run(["touch", str(self.folder / "late")])
                return
            refused.set()

        worker = threading.Thread(target=work)
        with self.assertRaises(Interrupted), self.children.ended_by_signals():
            thread = self.signal_when_begun(signal.SIGINT)
            try:
                worker.start()
                time.sleep(60)
            finally:
                worker.join()
        thread.join()
        self.assertTrue(refused.is_set())
        self.assertFalse((self.folder / "late").exists())
        self.assert_all_ended()

    def test_a_signal_during_a_start_is_not_lost(self) -> None:
        class Impatient(subprocess.Popen):  # type: ignore[type-arg]
            """Gets a signal in the middle of the start of a child."""

            def __init__(self, *args: object, **options: object) -> None:
                os.kill(os.getpid(), signal.SIGTERM)
                super().__init__(*args, **options)  # type: ignore[call-overload]

        with unittest.mock.patch("subprocess.Popen", Impatient):
            with self.assertRaises(Interrupted), self.children.ended_by_signals():
                self.children.run(["sleep", "60"])

    def test_a_signal_that_the_caller_ignores_stays_ignored(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        with self.children.ended_by_signals():
            os.kill(os.getpid(), signal.SIGHUP)
        self.assertEqual(signal.getsignal(signal.SIGHUP), signal.SIG_IGN)


if __name__ == "__main__":
    unittest.main()
