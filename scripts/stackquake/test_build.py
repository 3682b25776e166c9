"""Tests of build.py and of the choice of the build in run.py, with a cmake that only pretends."""

import contextlib
import io
import os
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from stackquake import build, oracle, run
from stackquake.fakes import path_with, write_program
from stackquake.status import Status

# Configures like cmake, so far as build.py looks, and fails to build while a file "broken" is there.
CMAKE = """
import pathlib, sys, time
root = pathlib.Path({root!r})
with open(root / "log", "a") as log:
    log.write(" ".join(sys.argv[1:]) + "\\n")
if sys.argv[1] == "--preset":
    folder = root / "build" / sys.argv[2]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "build.ninja").write_text("")
    (folder / "CMakeCache.txt").write_text("CMAKE_HOME_DIRECTORY:INTERNAL={root}\\n")
else:
    time.sleep(0.2)
    with open(root / "log", "a") as log:
        log.write("built\\n")
    print("[1/1] words of the compiler")
    sys.exit((root / "broken").exists())
"""


class BuildTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        (self.root / "CMakePresets.json").write_text("{}")
        write_program(self.root / "bin" / "cmake", CMAKE.format(root=str(self.root)))
        self.errors = io.StringIO()
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(mock.patch.dict(os.environ, path_with(self.root / "bin")))
        stack.enter_context(mock.patch.object(build, "ROOT", self.root))
        stack.enter_context(mock.patch.object(build, "BUILD", self.root / "build"))
        stack.enter_context(mock.patch("stackquake.packages.ensure"))
        stack.enter_context(contextlib.redirect_stderr(self.errors))

    def calls(self) -> list[str]:
        return [line.split()[0] for line in (self.root / "log").read_text().splitlines()]

    def test_configures_the_first_time_only(self) -> None:
        build.ensure("check")
        build.ensure("check")
        self.assertEqual(self.calls(), ["--preset", "--build", "built", "--build", "built"])

    def test_configures_again_when_the_presets_have_changed(self) -> None:
        build.ensure("check")
        later = (self.root / "build/check/build.ninja").stat().st_mtime + 10
        os.utime(self.root / "CMakePresets.json", (later, later))
        build.ensure("check")
        self.assertEqual(self.calls().count("--preset"), 2)

    def test_configures_again_when_the_project_has_moved(self) -> None:
        build.ensure("check")
        cache = self.root / "build/check/CMakeCache.txt"
        cache.write_text("CMAKE_HOME_DIRECTORY:INTERNAL=/elsewhere\n")
        build.ensure("check")
        self.assertEqual(self.calls().count("--preset"), 2)

    def test_builds_at_the_same_time_wait_for_each_other(self) -> None:
        build.ensure("check")
        threads = [threading.Thread(target=build.ensure, args=("check",)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.calls()[3:], ["--build", "built"] * 2)

    def test_the_compilers_words_are_shown_on_failure_only(self) -> None:
        build.ensure("check")
        self.assertNotIn("words of the compiler", self.errors.getvalue())
        (self.root / "broken").touch()
        with self.assertRaises(build.BuildFailed) as caught:
            build.ensure("check")
        self.assertIn("words of the compiler", self.errors.getvalue())
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_poisoning_through_asan_runs_in_the_build_that_has_it(self) -> None:
        self.assertEqual(run.preset_for(["--poison", "asan", "a.go"]), "fuzz")
        self.assertEqual(run.preset_for(["--poison=asan", "a.go"]), "fuzz")
        self.assertEqual(run.preset_for(["--poison", "fill", "asan"]), "release")

    def test_run_becomes_run_nests_with_all_arguments(self) -> None:
        with mock.patch("os.execv", side_effect=SystemExit) as become:
            with self.assertRaises(SystemExit):
                run.main(["--trace", "a.go"])
        program = self.root / "build/release/bin/run_nests"
        become.assert_called_once_with(program, ["quake run", "--trace", "a.go"])

    def test_oracle_becomes_run_oracle_with_all_arguments(self) -> None:
        with mock.patch("os.execv", side_effect=SystemExit) as become:
            with self.assertRaises(SystemExit):
                oracle.main(["--level", "modern", "a.go"])
        program = self.root / "build/release/bin/run_oracle"
        become.assert_called_once_with(program, ["quake oracle", "--level", "modern", "a.go"])


if __name__ == "__main__":
    unittest.main()
