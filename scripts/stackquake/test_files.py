"""Tests of files.py."""

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.files import ROOT, require_writable, shown, write_atomically, write_together
from stackquake.status import QuakeError, Status


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

    def test_an_interrupt_after_the_file_took_its_place_is_not_hidden(self) -> None:
        replace = os.replace

        def replace_and_interrupt(*paths: Path) -> None:
            replace(*paths)
            raise KeyboardInterrupt

        for write in (write_atomically, lambda path, text: write_together({path: text})):
            with (
                mock.patch("os.replace", replace_and_interrupt),
                self.assertRaises(KeyboardInterrupt),
            ):
                write(self.folder / "file", "new")
            self.assertEqual((self.folder / "file").read_text(), "new")

    def test_files_that_belong_together_change_together_or_not_at_all(self) -> None:
        a, b, c = (self.folder / name for name in "abc")
        write_together({a: "1", b: b"2", c: None})
        write_together({a: "3", b: None, c: "4"})
        self.assertEqual((a.read_text(), b.exists(), c.read_text()), ("3", False, "4"))
        below = a / "no folder"
        with self.assertRaises(OSError):
            write_together({a: "5", c: None, below: "6"})
        self.assertEqual((a.read_text(), c.read_text()), ("3", "4"))
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["a", "c"])

    def test_files_that_belong_together_are_on_the_disk(self) -> None:
        with mock.patch("os.fsync") as sync:
            write_together({self.folder / "a": "1", self.folder / "b": "2"})
        self.assertEqual(sync.call_count, 3)  # two files and their folder

    def test_a_folder_that_has_no_room_is_refused(self) -> None:
        require_writable(self.folder / "new" / "one", "--out")
        self.assertEqual(list(self.folder.iterdir()), [])
        full = OSError(28, "No space left on device")
        with (
            mock.patch("tempfile.TemporaryFile", side_effect=full),
            self.assertRaisesRegex(QuakeError, "--out .*new cannot be written: No space") as caught,
        ):
            require_writable(self.folder / "new", "--out")
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_link_to_nothing_is_no_folder(self) -> None:
        (self.folder / "link").symlink_to("nowhere")
        with self.assertRaisesRegex(QuakeError, "is no folder"):
            require_writable(self.folder / "link", "--out")

    def test_shows_paths_as_seen_from_the_root(self) -> None:
        self.assertEqual(shown(ROOT / "corpus" / "a.go"), "corpus/a.go")
        self.assertEqual(shown(self.folder / "a.go"), str((self.folder / "a.go").resolve()))


if __name__ == "__main__":
    unittest.main()
