"""Tests of the command line: exit statuses, and that it starts from anywhere."""

import contextlib
import io
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import cli
from stackquake.files import ROOT
from stackquake.status import QuakeError, Status

QUAKE = ROOT / "scripts" / "quake"


class CliTest(unittest.TestCase):
    def test_bad_usage_exits_with_2(self) -> None:
        lists: list[list[str]] = [[], ["dance"], ["setup", "--dance"], ["fuzz", "--seconds=0"]]
        for arguments in lists:
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()):
                with self.assertRaises(SystemExit) as caught:
                    cli.main(arguments)
                self.assertEqual(caught.exception.code, 2)

    def test_a_wrong_option_prints_the_usage_of_its_verb(self) -> None:
        verbs = ("setup", "test", "replay", "defects", "fuzz", "nightly", "trials", "compare", "go")
        for verb in verbs:
            errors = io.StringIO()
            with (
                self.subTest(verb),
                contextlib.redirect_stderr(errors),
                self.assertRaises(SystemExit) as caught,
            ):
                cli.main([verb, "x.go", "--dance"])
            self.assertEqual(caught.exception.code, 2)
            self.assertIn(f"usage: quake {verb} ", errors.getvalue())

    def test_an_unknown_target_is_bad_input(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            cli.main(["fuzz", "--target=nonesuch"])
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_a_closed_terminal_ends_a_verb_so_that_it_can_clean_up(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            self.addCleanup(signal.signal, number, signal.getsignal(number))

        def hang_up(*arguments: object, **options: object) -> None:
            os.kill(os.getpid(), signal.SIGHUP)

        with mock.patch("stackquake.verbs.bench.main", side_effect=hang_up):
            with self.assertRaises(SystemExit) as caught:
                cli.main(["bench"])
        self.assertEqual(caught.exception.code, 128 + signal.SIGHUP)

    def test_benchmarks_get_the_options_that_are_theirs(self) -> None:
        with mock.patch("stackquake.verbs.bench.main", return_value=Status.OK) as run:
            cli.main(["bench", "--verbose", "--benchmark_filter=copy"])
        run.assert_called_once_with(["--benchmark_filter=copy"], verbose=True)

    def test_starts_through_a_link_and_from_another_folder(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder) / "quake"
            link.symlink_to(QUAKE)
            finished = subprocess.run([link, "--help"], cwd=folder, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn("usage: quake", finished.stdout)

    def test_no_module_comes_from_the_current_folder_or_from_pythonpath(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for name in ("argparse.py", "stackquake.py", "signal.py"):
                (Path(folder) / name).write_text("raise SystemExit(f'ran {__file__}')")
            for path in ("", folder):
                finished = subprocess.run(
                    [QUAKE, "--help"],
                    cwd=folder,
                    env={**os.environ, "PYTHONPATH": path},
                    capture_output=True,
                    text=True,
                )
                self.assertEqual((finished.returncode, finished.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
