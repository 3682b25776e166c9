"""Tests of the inputs of a campaign."""

import contextlib
import io
import os
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path

from stackquake import inputs
from stackquake.files import ROOT
from stackquake.inputs import Inputs
from stackquake.status import QuakeError, Status


class InputsTest(unittest.TestCase):
    """Files that a campaign begins with."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_the_longest_is_known_so_that_nothing_is_cut(self) -> None:
        for name, text in (("short", b"a"), ("long", b"bcdef"), ("middle", b"ghi")):
            (self.folder / name).write_bytes(text)
        scratch = self.folder / "scratch"
        scratch.mkdir()
        taken = Inputs(scratch)
        self.assertEqual(taken.longest, 0)
        taken.add_seeds([self.folder / "short", self.folder / "long"])
        taken.add_learned([self.folder / "middle"])
        self.assertEqual(taken.longest, 5)


class ListNestsTest(unittest.TestCase):
    """Which files paths mean."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.errors = io.StringIO()

    def make(self, *names: str) -> None:
        for name in names:
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def listed(self, *names: str) -> list[str]:
        """The files that names below the folder mean, as paths from there."""
        with contextlib.redirect_stderr(self.errors):
            found = inputs.list_nests([str(self.folder / name) for name in names])
        return [os.path.relpath(path, self.folder) for path in found]

    def refusal(self, name: str) -> str:
        """What is said of a name that is bad input."""
        with self.assertRaises(QuakeError) as caught:
            self.listed(name)
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        return str(caught.exception).removeprefix(f"{self.folder}/")

    def test_a_folder_stands_for_the_go_files_below_it(self) -> None:
        self.make("f/b.go", "f/a/z.go", "f/a.txt", "f/a.go", "other")
        self.assertEqual(self.listed("other", "f"), ["other", "f/a.go", "f/a/z.go", "f/b.go"])

    def test_only_regular_files_are_taken_from_a_folder(self) -> None:
        self.make("f/a.go", "f/folder.go/b.go")
        os.mkfifo(self.folder / "f" / "fifo.go")
        (self.folder / "f" / "loop.go").symlink_to(self.folder)
        (self.folder / "f" / "broken.go").symlink_to("nowhere")
        (self.folder / "f" / "link.go").symlink_to("a.go")
        self.assertEqual(self.listed("f"), ["f/a.go", "f/folder.go/b.go", "f/link.go"])

    def test_a_folder_whose_files_are_no_nests_is_skipped_and_told(self) -> None:
        self.make("f/a.go", "f/bad/x.go", "f/bad/.not-nests", "f/bad/below/y.go")
        self.assertEqual(self.listed("f"), ["f/a.go"])
        told = (
            f"quake: {self.folder}/f/bad: skipped; the file .not-nests says that its files are not"
            " nests\n"
        )
        self.assertEqual(self.errors.getvalue(), told)
        self.assertEqual(self.listed("f/bad"), [])

    def test_a_finding_is_its_nest(self) -> None:
        self.make("f/a/nest.go", "f/a/repro.go")
        self.make(*(f"f/b/{name}" for name in ("nest.go", "original.go", "repro.go")))
        self.make("f/b/finding.json")
        self.assertEqual(self.listed("f"), ["f/a/nest.go", "f/a/repro.go", "f/b/nest.go"])
        self.assertEqual(self.listed("f/b"), ["f/b/nest.go"])
        self.assertEqual(self.listed("f/b/original.go"), ["f/b/original.go"])

    def test_what_cannot_be_run_is_bad_input(self) -> None:
        self.make("f/a.txt")
        os.mkfifo(self.folder / "fifo.go")
        self.assertEqual(self.refusal("f"), "f: has no .go file")
        self.assertEqual(self.refusal("none\x1b.go"), r"none\x1b.go: there is no such file")
        self.assertEqual(self.refusal("fifo.go"), "fifo.go: is not a regular file")

    def test_the_corpus_says_which_of_its_folders_have_no_nests(self) -> None:
        with contextlib.redirect_stderr(self.errors):
            found = inputs.list_nests([str(ROOT / "corpus")])
        self.assertEqual(found, sorted(str(path) for path in inputs.seeds()))
        told = self.errors.getvalue().splitlines()
        self.assertEqual([Path(line.split(": ")[1]).name for line in told], ["bad", "repros"])


class FittingTest(unittest.TestCase):
    def test_each_part_is_small_and_no_name_is_lost(self) -> None:
        names = [f"{'x' * (i % 300)}{i}.go" for i in range(2000)]
        parts: list[Sequence[str]] = []
        while (done := sum(map(len, parts))) < len(names):
            parts.append(inputs.fitting(names, done))
            self.assertLessEqual(len(b"".join(map(os.fsencode, parts[-1]))), 64 << 10)
        self.assertEqual([name for part in parts for name in part], names)
        self.assertLess(len(parts), 8)

    def test_a_name_that_is_too_long_stands_alone(self) -> None:
        long = "x" * (65 << 10)
        self.assertEqual(inputs.fitting([long, "a"], 0), [long])
        self.assertEqual(inputs.fitting([], 0), [])


if __name__ == "__main__":
    unittest.main()
