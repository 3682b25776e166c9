"""Tests of enumerating.py and of the maker that it uses: what runs, and what is said of it."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

from stackquake import cli
from stackquake.go import making
from stackquake.go.enumerating import sentences
from stackquake.go.making import Origin, SmallNests
from stackquake.go.progress import Progress
from stackquake.go.testing import installed, overlay_of_itoa
from stackquake.status import Status

NAME = "go1.27.3 plain"


class MakerTest(unittest.TestCase):
    """The nests are those of the enumeration."""

    def test_it_makes_the_nests_of_ranges(self) -> None:
        making.ensure_programs(select=False)
        maker = SmallNests(2)
        self.assertEqual(maker.count(), 138)
        texts = maker.make(7, [range(0, 2), range(137, 138)])
        self.assertEqual(list(texts), ["small-0", "small-1", "small-137"])
        self.assertEqual(making.origin_of("small-137"), Origin("small", 137))
        self.assertIn("defer touch(&x)", texts["small-1"])
        self.assertEqual(texts, maker.make(8, [range(0, 2), range(137, 138)]))


class SentencesTest(unittest.TestCase):
    """What is said in the end."""

    def told(self, generated: int, findings: dict[str, str | None]) -> str:
        """Of 12 nests; the findings have the names of known bugs, or none."""
        found = {f"{NAME}: {key}": {"known": name, "times": 2} for key, name in findings.items()}
        progress = Progress(1, generated=generated, compared={NAME: generated}, findings=found)
        [sentence] = sentences(progress, 1, 12)
        return sentence

    def test_all_that_behave_as_specified(self) -> None:
        said = f"{NAME} behaves as specified, on all 12 nests of at most 1 statements"
        self.assertIn(said, self.told(12, {}))

    def test_a_part_is_a_part(self) -> None:
        self.assertIn("on 5 of the 12 nests", self.told(5, {}))

    def test_what_is_left_open_is_told(self) -> None:
        progress = Progress(1, generated=12, compared={NAME: 12}, unsteady=1, left_out=2)
        self.assertIn("3 are left open", sentences(progress, 1, 12)[-1])

    def test_known_bugs_are_told(self) -> None:
        self.assertIn("but for 2 that show known bugs", self.told(12, {"a": "nil deferred call"}))

    def test_a_new_disagreement_is_told(self) -> None:
        self.assertIn("behaves otherwise in 1 ways", self.told(12, {"a": None, "b": "known"}))


class CommandTest(unittest.TestCase):
    """The verb, on the toolchain that is installed."""

    def test_all_nests_of_a_size_run_and_what_is_wrong_is_found(self) -> None:
        go = str(installed().program)
        with tempfile.TemporaryDirectory() as name:
            source, changed = overlay_of_itoa(Path(name))
            for options, status in (
                ([], Status.OK),
                ([f"--overlay={source}={changed}"], Status.FOUND),
            ):
                out = Path(name) / f"out-{len(options)}"
                command = ["go", "enumerate", "--size=1", f"--go={go}", f"--out={out}", "--json"]
                with (
                    contextlib.redirect_stdout(io.StringIO()) as printed,
                    contextlib.redirect_stderr(io.StringIO()),
                ):
                    self.assertEqual(cli.main([*command, *options]), status)
                document = json.loads(printed.getvalue())
                self.assertEqual(sum(document["compared"].values()), 12)
                self.assertEqual(bool(document["findings"]), status == Status.FOUND)


if __name__ == "__main__":
    unittest.main()
