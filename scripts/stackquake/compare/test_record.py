"""Tests of the document: what is written can be read, and nothing else is taken for one."""

import json
import tempfile
import unittest
from pathlib import Path

from stackquake.compare import example
from stackquake.compare.record import read
from stackquake.status import QuakeError, Status


class RecordTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "record.json"

    def test_what_is_written_is_read(self) -> None:
        told = example.record()
        told.write(self.file)
        self.assertEqual(read(self.file), told)
        self.assertEqual([path.name for path in self.file.parent.iterdir()], ["record.json"])

    def test_no_document_is_bad_input(self) -> None:
        other = {**example.record().document(), "schema": 0}
        for text in ("{", "{}", "[]", "null", json.dumps(other)):
            self.file.write_text(text, encoding="utf-8")
            with self.subTest(text[:10]), self.assertRaises(QuakeError) as caught:
                read(self.file)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)

    def test_a_file_that_is_not_there_is_told(self) -> None:
        with self.assertRaisesRegex(QuakeError, "cannot be read"):
            read(self.file)

    def test_a_file_that_cannot_be_written_is_told(self) -> None:
        with self.assertRaisesRegex(QuakeError, "cannot be written"):
            example.record().write(Path("/proc/nobody/record.json"))


if __name__ == "__main__":
    unittest.main()
