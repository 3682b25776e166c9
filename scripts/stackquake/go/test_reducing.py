"""Tests of reducing.py: `quake reduce` on a toolchain."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from stackquake import cli
from stackquake.go.testing import installed, overlay_of_itoa
from stackquake.status import QuakeError, Status
from stackquake.verbs import go

NEST = """package main

func main() {
	x := 0
	for i := 0; i < 4; i++ {
		x = x + i
	}
	if x == 6 {
		trace(5)
	}
}
"""


class RouteTest(unittest.TestCase):
    """Which calls of `quake reduce` are meant."""

    def test_those_with_a_toolchain(self) -> None:
        self.assertTrue(go.is_on_go(["--go", "/x", "n.go"]))
        self.assertTrue(go.is_on_go(["n.go", "--go=/x"]))
        self.assertFalse(go.is_on_go(["n.go", "--design=seed"]))
        self.assertFalse(go.is_on_go(["--", "--go"]))


class ReducingTest(unittest.TestCase):
    """A toolchain that traces too much by 1."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.nest = self.folder / "nest.go"
        self.nest.write_text(NEST, encoding="utf-8")
        file, changed = overlay_of_itoa(self.folder)
        go = f"--go={installed().program}"
        self.arguments = ["reduce", go, f"--overlay={file}={changed}", str(self.nest)]

    def run_reduce(self, *more: str) -> tuple[int, str]:
        """The exit status, and what it prints."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            with contextlib.redirect_stderr(io.StringIO()):
                status = cli.main([*self.arguments, *more])
        return status, out.getvalue()

    def test_takes_away_what_the_disagreement_does_not_need(self) -> None:
        out = self.folder / "small.go"
        status, printed = self.run_reduce("--json", f"--out={out}", "--seconds=20")
        document = json.loads(printed)
        self.assertEqual(status, Status.OK)
        self.assertEqual(out.read_text(), document["nest"])
        self.assertIn("trace(", document["nest"])
        self.assertLess(document["lines_after"], document["lines_before"])
        self.assertEqual(document["signature"], "exit; other values are traced")

    def test_a_nest_that_is_right_cannot_be_reduced(self) -> None:
        self.arguments.pop(2)
        with self.assertRaisesRegex(QuakeError, "does as expected") as raised:
            self.run_reduce()
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_one_toolchain_in_one_mode_is_named(self) -> None:
        with self.assertRaisesRegex(QuakeError, "name one toolchain and one mode") as raised:
            self.run_reduce("--mode=plain", "--mode=noinline")
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_a_nest_for_which_nothing_is_expected_is_refused(self) -> None:
        text = "package main\n\nfunc main() {\n\tvar x any\n\tpanic(x)\n}\n"
        self.nest.write_text(text, encoding="utf-8")
        with self.assertRaisesRegex(QuakeError, r"versions of Go treat panic\(nil\)"):
            self.run_reduce()


if __name__ == "__main__":
    unittest.main()
