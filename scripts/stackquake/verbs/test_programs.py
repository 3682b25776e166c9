"""Tests of programs.py: what is handed over to which program, and the help of the verbs."""

import contextlib
import io
import subprocess
import unittest
from pathlib import Path
from unittest import mock

from stackquake.files import shown
from stackquake.jobs import build
from stackquake.verbs import programs


class ProgramVerbsTest(unittest.TestCase):
    def test_poisoning_through_asan_runs_in_the_build_that_has_it(self) -> None:
        for arguments, preset in [
            (["--poison", "asan", "a.go"], "fuzz"),
            (["--poison=asan", "a.go"], "fuzz"),
            (["--poison", "fill", "asan"], "release"),
        ]:
            with self.subTest(arguments):
                self.assertEqual(programs.preset_for(arguments), preset)

    def test_a_verb_becomes_its_program_with_all_arguments(self) -> None:
        for verb, name in programs.PROGRAMS.items():
            with (
                self.subTest(verb),
                mock.patch("stackquake.jobs.build.ensure"),
                mock.patch("os.execv", side_effect=SystemExit) as become,
                self.assertRaises(SystemExit),
            ):
                programs.main(verb, ["--json", "--", "--help"])
            become.assert_called_once_with(
                build.program("release", name), [f"quake {verb}", "--json", "--", "--help"]
            )

    def test_the_help_needs_no_build(self) -> None:
        for verb in programs.PROGRAMS:
            output = io.StringIO()
            with (
                self.subTest(verb),
                mock.patch("stackquake.jobs.build.ensure", side_effect=AssertionError),
                contextlib.redirect_stdout(output),
            ):
                self.assertEqual(programs.main(verb, ["--json", "--help"]), 0)
                self.assertIn(f"quake {verb} [OPTIONS]", output.getvalue())

    def test_the_help_is_that_of_the_program(self) -> None:
        for verb, name in programs.PROGRAMS.items():
            program = build.program("check", name)
            printed = subprocess.run(
                [f"quake {verb}", "--help"], executable=program, capture_output=True, text=True
            ).stdout
            # Whether or not the program calls itself by the name that it is run by.
            printed = printed.replace(f"Usage: {name} ", f"Usage: quake {verb} ")
            file = programs.HELP / f"{verb}.txt"
            command = f"(exec -a 'quake {verb}' {shown(program)} --help) >{shown(Path(file))}"
            with self.subTest(verb):
                self.assertEqual(file.read_text(), printed, f"write it anew: {command}")


if __name__ == "__main__":
    unittest.main()
