"""Tests of nests.py."""

import tempfile
import unittest
from pathlib import Path

from stackquake.go import nests
from stackquake.status import QuakeError, Status


class NestsTest(unittest.TestCase):
    """Which texts there are, and which can be compared."""

    def test_reads_folders_in_order_and_refuses_what_is_not_there(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            for stem in ("b", "a"):
                (Path(name) / f"{stem}.go").write_text(stem)
            self.assertEqual(list(nests.read_texts([Path(name)]).values()), ["a", "b"])
            with self.assertRaises(QuakeError) as raised:
                nests.read_texts([Path(name) / "c.go"])
            self.assertEqual(raised.exception.status, Status.BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
