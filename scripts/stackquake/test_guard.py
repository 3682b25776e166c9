"""Tests of guard.py: how the command ends when something goes wrong, seen from outside."""

import signal
import subprocess
import sys
import time
import unittest

from stackquake.files import ROOT

# Runs a command as scripts/quake would.
PROGRAM = f"""
import sys
sys.path.insert(0, {str(ROOT / "scripts")!r})
from stackquake.guard import guarded
from stackquake.status import QuakeError, Status
def command():
    {{body}}
sys.exit(guarded(command, show_traceback={{traceback}}))
"""


class GuardTest(unittest.TestCase):
    def run_command(
        self, body: str, redirection: str = "", *, traceback: bool = False
    ) -> subprocess.CompletedProcess[str]:
        """Runs the command with this body, with the shell's redirection."""
        program = PROGRAM.format(body=body, traceback=traceback)
        return subprocess.run(
            ["bash", "-c", f'"$0" -I -c "$1" {redirection}', sys.executable, program],
            capture_output=True,
            text=True,
        )

    def test_a_status_is_passed_on(self) -> None:
        finished = self.run_command("print('told'); return Status.FOUND")
        self.assertEqual((finished.returncode, finished.stdout, finished.stderr), (1, "told\n", ""))

    def test_an_error_of_a_verb_has_its_status_and_its_line(self) -> None:
        finished = self.run_command("raise QuakeError(Status.BAD_INPUT, 'no compiler')")
        self.assertEqual((finished.returncode, finished.stderr), (2, "quake: no compiler\n"))

    def test_an_unexpected_error_is_one_line_and_no_finding(self) -> None:
        for body, line in [
            ("{}['x']", "quake: unexpected KeyError: 'x' (--traceback shows where)\n"),
            ("open('/nonexistent/x')", "quake: /nonexistent/x: No such file or directory\n"),
            (r"open('/nonexistent/\x1b[1m')", "quake: /nonexistent/\\x1b[1m: No such file"),
        ]:
            finished = self.run_command(body)
            with self.subTest(body):
                self.assertEqual(finished.returncode, 3)
                self.assertTrue(finished.stderr.startswith(line), finished.stderr)
                self.assertEqual(finished.stderr.count("\n"), 1)

    def test_the_traceback_is_shown_where_it_is_asked_for(self) -> None:
        finished = self.run_command("{}['x']", traceback=True)
        self.assertEqual(finished.returncode, 3)
        self.assertIn("Traceback", finished.stderr)

    def test_output_that_cannot_be_written_is_status_3(self) -> None:
        for redirection, reason in [
            (">/dev/full", "No space left on device"),
            ("> >(true)", "Broken pipe"),
        ]:
            for text in ("'told'", "'x' * 100000"):
                body = f"import time; time.sleep(0.5); print({text}); return 0"
                finished = self.run_command(body, redirection)
                with self.subTest(f"{text} {redirection}"):
                    self.assertEqual(finished.returncode, 3)
                    line = rf"quake: cannot write( to standard output)?: {reason}\n"
                    self.assertRegex(finished.stderr, f"^{line}$")

    def test_a_closed_standard_output_is_told_before_anything_is_done(self) -> None:
        finished = self.run_command("sys.stderr.write('done'); return 0", ">&-")
        self.assertEqual(
            (finished.returncode, finished.stderr), (3, "quake: standard output is closed\n")
        )

    def test_a_closed_or_full_standard_error_changes_no_status(self) -> None:
        for redirection in ("2>&-", "2>/dev/full"):
            body = "raise QuakeError(Status.BAD_INPUT, 'x')"
            finished = self.run_command(body, redirection)
            with self.subTest(redirection):
                self.assertEqual((finished.returncode, finished.stdout), (2, ""))

    def test_an_interrupt_is_status_130_without_a_traceback(self) -> None:
        finished = self.run_command("import os, signal; os.kill(os.getpid(), signal.SIGINT)")
        self.assertEqual((finished.returncode, finished.stderr), (130, ""))


class StartTest(unittest.TestCase):
    """Ctrl-C while the command starts, when it imports its modules."""

    def test_an_interrupt_while_it_starts_prints_no_traceback(self) -> None:
        main = ROOT / "scripts" / "stackquake" / "__main__.py"
        start = f"code = compile(open({str(main)!r}).read(), '', 'exec')\n"
        start += "print('started', flush=True)\n"
        start += f"exec(code, {{'__name__': '__main__', '__file__': {str(main)!r}}})"
        for delay in range(0, 500, 50):
            with subprocess.Popen(
                [sys.executable, "-I", "-c", start, "--help"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            ) as process:
                assert process.stdout is not None
                self.assertEqual(process.stdout.readline(), "started\n")
                time.sleep((1 + delay) / 1000)
                process.send_signal(signal.SIGINT)
                errors = process.communicate()[1]
            if errors.count("File ") == 1 and 'File "<string>", line 2' in errors:
                continue  # the signal came before the command had begun
            with self.subTest(delay):
                self.assertNotIn("Traceback", errors)
                self.assertIn(process.returncode, (0, 130, -signal.SIGINT))


if __name__ == "__main__":
    unittest.main()
