"""Tests of the inputs of a campaign."""

import tempfile
import unittest
from pathlib import Path

from stackquake.inputs import Inputs


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
        inputs = Inputs(scratch)
        self.assertEqual(inputs.longest, 0)
        inputs.add_seeds([self.folder / "short", self.folder / "long"])
        inputs.add_learned([self.folder / "middle"])
        self.assertEqual(inputs.longest, 5)


if __name__ == "__main__":
    unittest.main()
