"""Tests of replays.py, repro.py and findings.py: records show their findings again."""

import contextlib
import io
import json
import os
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path
from typing import Any

import jsonschema

from stackquake import cli
from stackquake.findings.test_record import schema
from stackquake.go import edits, findings, nests, replays, repro
from stackquake.go.comparing import Case, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.modes import MODES
from stackquake.go.program import RUN_SECONDS, Limits
from stackquake.go.testing import installed, overlay_of_itoa
from stackquake.go.toolchain import Toolchain, clean_environment
from stackquake.go.variant import Variant
from stackquake.status import Status

NEST = "package main\n\nfunc main() {\n\ttrace(5)\n}\n"
RIGHT: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": [[5]]}
WRONG: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": [[6]]}
GO = Toolchain(Path("/go"), "go1.24.4", (1, 24), Path("/root"))


class ArgumentsTest(unittest.TestCase):
    """The command of a record."""

    def test_has_all_that_makes_a_variant_other_than_plain(self) -> None:
        mends = (edits.mend("nil-deferred-call"), edits.mend("revived-variable"))
        mistake = edits.mistake("frame-locals-not-adjusted")
        variant = Variant(GO, MODES["poison"], mistake, mends)
        overlay = {"runtime/stack.go": Path("/f/x.go")}
        told = replays.arguments_for(variant, Path("/f/n.go"), 2.5, overlay)
        self.assertEqual(
            shlex.join(told),
            "--go /go --mode poison --no-known --mend nil-deferred-call --mend revived-variable"
            " --mistake frame-locals-not-adjusted --overlay runtime/stack.go=/f/x.go"
            " --run-seconds 2.5 /f/n.go",
        )

    def test_names_no_more_than_needed(self) -> None:
        told = replays.arguments_for(Variant(GO, MODES["gc"]), Path("/n.go"), RUN_SECONDS, {})
        self.assertEqual(shlex.join(told), "--go /go --mode gc --no-known /n.go")


class CommandsTest(unittest.TestCase):
    """How a plain program is built."""

    def test_an_ordinary_build_needs_no_flags(self) -> None:
        told = repro.build_commands(Variant(GO, MODES["plain"]))
        self.assertEqual(told, ["go build -o repro repro.go"])

    def test_flags_are_for_the_program_that_is_named(self) -> None:
        told = repro.build_commands(Variant(GO, MODES["clobber"]))
        flags = "-gcflags=all=-clobberdead '-gcflags=-clobberdead -l'"
        self.assertEqual(told, [f"go build {flags} -o repro repro.go"])

    def test_the_environment_is_told(self) -> None:
        told = repro.commands(Variant(GO, MODES["gc"]))[-1]
        self.assertEqual(told, "GOMAXPROCS=1 GOTRACEBACK=none GOGC=1 ./repro")


class RecordTest(unittest.TestCase):
    """A toolchain that traces too much by 1, as a source makes it that is given."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "given").mkdir()
        overlay = overlay_of_itoa(self.folder / "given")
        self.variant = Variant(installed(), MODES["noinline"], overlay=(overlay,))
        nests.ensure_programs()

    def stored(self, expected: Behaviour, actual: Behaviour) -> Path:
        """The nest of a disagreement that has been replayed and stored."""
        one = Disagreement(Case("n", NEST, expected), self.variant, actual)
        seen = replays.reliability_of(one, Limits(), dict(self.variant.overlay))
        facts = {"seed": 3, "nests": 8, "seconds": 1.5, "profile": "records", "number": 7}
        return findings.store(one, NEST, facts, self.folder, seen)

    def record(self, nest: Path) -> Any:
        """Its record, which is of the form that all findings have."""
        record = json.loads((nest.parent / "finding.json").read_text())
        jsonschema.validate(record, schema())
        return record

    def test_shows_the_finding_again(self) -> None:
        nest = self.stored(RIGHT, WRONG)
        record = self.record(nest)
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 10})
        self.assertEqual(record["go"]["repro"]["reliability"]["reproduced"], 10)
        self.assertEqual(record["go"]["changed_sources"], ["strconv/itoa.go"])
        self.assertEqual(record["go"]["build_flags"], ["-gcflags=-l"])
        self.variant.overlay[0][1].unlink()  # the record has a copy
        words = shlex.split(record["replay"])
        with contextlib.redirect_stdout(io.StringIO()):
            with contextlib.redirect_stderr(io.StringIO()):
                self.assertEqual(cli.main(words[1:]), Status.FOUND)

    def test_its_plain_program_shows_it_as_its_first_lines_say(self) -> None:
        nest = self.stored(RIGHT, WRONG)
        head = (nest.parent / "repro.go").read_text().split("\n\n")[0]
        commands = [line[3:] for line in head.splitlines() if line.startswith("//\t")]
        record = self.record(nest)
        self.assertEqual(commands, record["go"]["repro"]["commands"])
        environment = clean_environment(self.variant.home / "cache")
        program = self.variant.toolchain.program
        environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
        with self.variant.lock():
            done = subprocess.run(
                ["sh", "-e", "-c", "\n".join(commands)],
                cwd=nest.parent,
                env=environment,
                capture_output=True,
                text=True,
            )
        self.assertEqual(done.stdout.splitlines()[-1:], ["T 1 6"], done.stderr)

    def test_tells_that_a_finding_does_not_come_again(self) -> None:
        nest = self.stored(WRONG, RIGHT)
        record = self.record(nest)
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 0})


if __name__ == "__main__":
    unittest.main()
