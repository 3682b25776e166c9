"""Tests of the command line: exit statuses, and that it starts from anywhere."""

import contextlib
import io
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import cli
from stackquake.files import ROOT
from stackquake.status import QuakeError, Status


class CliTest(unittest.TestCase):
    def test_an_error_becomes_its_status(self) -> None:
        errors = io.StringIO()
        error = QuakeError(Status.MISSING, "no compiler")
        with (
            contextlib.redirect_stderr(errors),
            mock.patch("stackquake.setup.main", side_effect=error),
        ):
            self.assertEqual(cli.main(["setup"]), 3)
        self.assertEqual(errors.getvalue(), "quake: no compiler\n")

    def test_bad_usage_exits_with_2(self) -> None:
        lists: list[list[str]] = [[], ["dance"], ["setup", "--dance"], ["fuzz", "--seconds=0"]]
        for arguments in lists:
            with self.subTest(arguments), contextlib.redirect_stderr(io.StringIO()):
                with self.assertRaises(SystemExit) as caught:
                    cli.main(arguments)
                self.assertEqual(caught.exception.code, 2)

    def test_an_unknown_target_exits_with_2(self) -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(cli.main(["fuzz", "--target=nonesuch"]), 2)

    def test_benchmarks_get_the_options_that_are_theirs(self) -> None:
        with mock.patch("stackquake.bench.main", return_value=Status.OK) as run:
            cli.main(["bench", "--verbose", "--benchmark_filter=copy"])
        run.assert_called_once_with(["--benchmark_filter=copy"], verbose=True)

    def test_starts_through_a_link_and_from_another_folder(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder) / "quake"
            link.symlink_to(ROOT / "scripts" / "quake")
            finished = subprocess.run([link, "--help"], cwd=folder, capture_output=True, text=True)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn("usage: quake", finished.stdout)


if __name__ == "__main__":
    unittest.main()
