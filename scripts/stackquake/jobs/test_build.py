"""Tests of build.py, with a cmake that only pretends."""

import asyncio
import contextlib
import errno
import io
import os
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

from stackquake.fakes import path_with, write_program
from stackquake.jobs import build
from stackquake.status import QuakeError, Status

# Configures like cmake, so far as build.py looks. A file "broken" makes the compiler fail, and a
# cut build.ninja makes Ninja fail.
CMAKE = """
import pathlib, sys, time
root = pathlib.Path({root!r})
def log(line):
    with open(root / "log", "a") as file:
        file.write(line + "\\n")
log(" ".join(sys.argv[1:]))
if sys.argv[1] == "--preset":
    folder = root / "build" / sys.argv[2]
    if (root / "interrupted").exists():
        (folder / "build.ninja").unlink(missing_ok=True)
        sys.exit(1)
    (folder / "build.ninja").write_text("whole")
else:
    folder = root / "build" / sys.argv[3]
    if not (folder / "build.ninja").exists() or (folder / "build.ninja").read_text() != "whole":
        print("ninja: error: build.ninja:1: unexpected EOF")
        sys.exit(1)
    time.sleep(0.2)
    log("built")
    if (root / "broken").exists():
        print("FAILED: a.o\\nwords of the compiler")
        sys.exit(1)
    print("[1/1] words of the compiler")
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
        (self.root / "CMakePresets.json").write_text('{"version": 3}')
        build.ensure("check")
        self.assertEqual(self.calls().count("--preset"), 2)

    def test_configures_again_when_the_project_has_moved(self) -> None:
        build.ensure("check")
        elsewhere = self.root / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "CMakePresets.json").write_text("{}")
        with mock.patch.object(build, "ROOT", elsewhere):
            build.ensure("check")
        self.assertEqual(self.calls().count("--preset"), 2)

    def test_configures_again_after_an_interrupted_configuration(self) -> None:
        build.ensure("check")
        (self.root / "CMakePresets.json").write_text('{"version": 3}')
        (self.root / "interrupted").touch()
        with self.assertRaises(build.BuildFailed):
            build.ensure("check")
        (self.root / "interrupted").unlink()
        build.ensure("check")
        self.assertEqual(self.calls()[-2:], ["--build", "built"])

    def test_a_build_folder_that_ninja_cannot_read_is_made_anew(self) -> None:
        build.ensure("check")
        (self.root / "build/check/build.ninja").write_text("who")
        build.ensure("check")
        self.assertEqual(self.calls()[3:], ["--build", "--preset", "--build", "built"])

    def test_sources_that_do_not_compile_are_compiled_once(self) -> None:
        (self.root / "broken").touch()
        with self.assertRaises(build.BuildFailed):
            build.ensure("check")
        self.assertEqual(self.calls(), ["--preset", "--build", "built"])

    def test_warnings_are_errors_in_the_check_build_of_ci_only(self) -> None:
        cases = [
            ("check", "true", "ON"),
            ("check", "false", "OFF"),
            ("check", "", "OFF"),
            ("fuzz", "true", "OFF"),
        ]
        for preset, ci, wanted in cases:
            with self.subTest(f"{preset} CI={ci}"), mock.patch.dict(os.environ, {"CI": ci}):
                build.ensure(preset)
                configured = (self.root / "build" / preset / "configured").read_text()
                self.assertIn(f"-DSTACKQUAKE_WERROR={wanted}", configured.splitlines())

    def test_what_is_built_is_used_where_nothing_can_be_written(self) -> None:
        build.ensure("check")
        write_program(self.root / "build/check/bin/there", "")
        calls = self.calls()
        with mock.patch("os.access", return_value=False):
            build.ensure("check", ["there"])
            with self.assertRaises(QuakeError) as caught:
                build.ensure("check", ["missing"])
        self.assertEqual(self.calls(), calls)
        self.assertEqual(caught.exception.status, Status.MISSING)
        self.assertIn("missing", str(caught.exception))

    def test_a_target_that_is_built_later_waits_for_other_builds(self) -> None:
        build.ensure("check")
        build_now = threading.Thread(target=build.ensure, args=["check"])
        build_now.start()
        asyncio.run(build.ensure_quietly("check", "late"))
        build_now.join()
        self.assertEqual(self.calls(), ["--preset", *["--build", "built"] * 3])
        self.assertEqual((self.root / "log").read_text().count("--target late"), 1)

    def test_a_target_that_cannot_be_built_later_is_told_with_the_compilers_words(self) -> None:
        build.ensure("check")
        (self.root / "broken").touch()
        with self.assertRaisesRegex(QuakeError, "(?s)late cannot be built:.*of the compiler"):
            asyncio.run(build.ensure_quietly("check", "late"))

    def test_what_is_built_already_is_used_later_where_nothing_can_be_written(self) -> None:
        build.ensure("check")
        write_program(self.root / "build/check/bin/late", "")
        calls = self.calls()
        with mock.patch("os.access", return_value=False):
            asyncio.run(build.ensure_quietly("check", "late"))
        self.assertEqual(self.calls(), calls)

    def test_a_read_only_checkout_is_told_in_one_line(self) -> None:
        error = OSError(errno.EROFS, "Read-only file system")
        with mock.patch("pathlib.Path.mkdir", side_effect=error):
            with self.assertRaises(QuakeError) as caught:
                build.ensure("check", ["run_nests"])
        self.assertEqual(caught.exception.status, Status.MISSING)
        self.assertNotIn("\n", str(caught.exception))

    def test_a_path_that_the_build_tools_misread_is_refused(self) -> None:
        for name, fits in [("it's", False), ("a#b", False), ("a:b", True), ("a b", True)]:
            root = self.root / name
            root.mkdir()
            (root / "CMakePresets.json").write_text("{}")
            with self.subTest(name), mock.patch.object(build, "ROOT", root):
                if fits:
                    build.ensure("check")
                else:
                    with self.assertRaises(QuakeError) as caught:
                        build.ensure("check")
                    self.assertEqual(caught.exception.status, Status.MISSING)

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


if __name__ == "__main__":
    unittest.main()
