"""Tests of edits.py, and that the descriptions fit the Go that is installed."""

import tempfile
import unittest
from pathlib import Path

from stackquake.go import edits
from stackquake.go.edits import Description, Edit
from stackquake.go.testing import installed
from stackquake.status import QuakeError, Status

SOURCE = """package p

func a() {
	x()
}

func (g *g) b(n int) {
	x()
	y()
}
"""


class EditTest(unittest.TestCase):
    """One edit."""

    def test_changes_only_its_function(self) -> None:
        edit = Edit("p.go", r"^\tx\(\)\n", "", function="b")
        self.assertEqual(edit.apply(SOURCE), SOURCE.replace("\tx()\n\ty", "\ty"))

    def test_refuses_what_is_not_there_as_often_as_it_says(self) -> None:
        for edit in (
            Edit("p.go", r"x\(\)", ""),
            Edit("p.go", r"z\(\)", ""),
            Edit("p.go", r"x\(\)", "", function="c"),
            Edit("p.go", r"x\(\)", "", function="b", count=2),
        ):
            with self.subTest(edit), self.assertRaises(QuakeError) as raised:
                edit.apply(SOURCE)
            self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_releases(self) -> None:
        self.assertTrue(edits.in_releases("1.14-1.21", (1, 21)))
        self.assertFalse(edits.in_releases("1.14-1.21", (1, 22)))
        self.assertFalse(edits.in_releases("1.14-1.21", (1, 9)))
        self.assertTrue(edits.in_releases("1.22-", (1, 27)))
        self.assertTrue(edits.in_releases("1.19", (1, 19)))
        with self.assertRaises(QuakeError):
            edits.in_releases("new", (1, 19))


class DescriptionTest(unittest.TestCase):
    """Descriptions in files."""

    def test_edits_of_one_file_follow_each_other(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            (root / "src").mkdir()
            (root / "src" / "p.go").write_text(SOURCE)
            both = (
                Edit("p.go", "y", "z"),
                Edit("p.go", "z", "w"),
                Edit("p.go", "w", "v", releases="1.5"),
            )
            files = Description("d", "", None, both).files(root, (1, 19))
        self.assertEqual(files, {"p.go": SOURCE.replace("y()", "w()")})

    def test_a_file_that_is_no_description_is_bad_input(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "d.toml"
            for text in ("", "description = 1\n[[edit]]\nfile = 2\nwhere = 3\n", "]"):
                path.write_text(text)
                with self.subTest(text), self.assertRaises(QuakeError):
                    edits.read(path)

    def test_there_is_no_such_mistake(self) -> None:
        with self.assertRaisesRegex(QuakeError, "there is .*context-not-adjusted"):
            edits.mistake("nonesuch")
        with self.assertRaisesRegex(QuakeError, "there is .*lost-goexit"):
            edits.mend("nonesuch")

    def test_all_fit_the_installed_go(self) -> None:
        toolchain = installed()
        root, release = toolchain.root, toolchain.release
        if root is None or not (root / "src" / "runtime" / "panic.go").exists():
            self.skipTest("the sources of Go are not installed")
        modes = [edits.read(edits.POISON), edits.read(edits.FRAME_POINTERS)]
        known = [*edits.mistakes().values(), *edits.mends().values(), *modes]
        self.assertGreater(len(known), 10)
        fitting = [one for one in known if any(_is_for(edit, release) for edit in one.edits)]
        for one in fitting:
            with self.subTest(one.name):
                for file, text in one.files(root, release).items():
                    self.assertNotEqual(text, (root / "src" / file).read_text(encoding="utf-8"))


def _is_for(edit: Edit, release: tuple[int, int]) -> bool:
    return edits.in_releases(edit.releases, release)


if __name__ == "__main__":
    unittest.main()
