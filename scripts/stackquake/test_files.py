"""Tests of files.py."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.files import ROOT, shown, write_atomically


class FilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_writes_into_a_new_folder(self) -> None:
        write_atomically(self.folder / "new" / "file", "text")
        self.assertEqual((self.folder / "new" / "file").read_text(), "text")

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self) -> None:
        path = self.folder / "file"
        path.write_text("old")
        with mock.patch("os.replace", side_effect=OSError), self.assertRaises(OSError):
            write_atomically(path, "new")
        self.assertEqual([entry.name for entry in self.folder.iterdir()], ["file"])
        self.assertEqual(path.read_text(), "old")

    def test_shows_paths_as_seen_from_the_root(self) -> None:
        self.assertEqual(shown(ROOT / "corpus" / "a.go"), "corpus/a.go")
        self.assertEqual(shown(self.folder / "a.go"), str((self.folder / "a.go").resolve()))


if __name__ == "__main__":
    unittest.main()
