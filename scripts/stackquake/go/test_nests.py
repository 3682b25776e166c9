"""Tests of nests.py."""

import tempfile
import unittest
from pathlib import Path

from stackquake.go import nests
from stackquake.go.nests import Refused
from stackquake.status import QuakeError, Status

NEST = "package main\n\nfunc main() {\n\ttrace(5)\n}\n"


class NestsTest(unittest.TestCase):
    """Which texts there are, and what the oracle says of them."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_reads_files_in_order_and_refuses_what_cannot_be_read(self) -> None:
        names = [str(self.folder / name) for name in ("b.go", "a.go")]
        for name in names:
            Path(name).write_text(name)
        self.assertEqual(nests.read_texts(names), {name: name for name in names})
        missing = f"{self.folder}/c.go"
        with self.assertRaisesRegex(QuakeError, f"^{missing}: cannot be read: No such") as raised:
            nests.read_texts([missing])
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_the_oracle_gets_the_bytes_of_a_file_and_says_where_they_are_wrong(self) -> None:
        nests.ensure_programs()
        file = self.folder / "a.go"
        file.write_bytes(NEST.encode().replace(b"5", b"\xff"))
        [good, bad] = nests.expect([NEST, *nests.read_texts([str(file)]).values()])
        self.assertNotIsInstance(good, Refused)
        assert isinstance(bad, Refused)
        self.assertRegex(bad.error, "^:4:8: ")


if __name__ == "__main__":
    unittest.main()
