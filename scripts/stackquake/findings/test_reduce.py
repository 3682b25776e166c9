"""Tests of reduce.py against a stand-in for reduce_nest."""

import asyncio
import tempfile
import unittest
from pathlib import Path

from stackquake.fakes import write_program
from stackquake.findings.reduce import reduce_with
from stackquake.settings import Settings

# Writes its flags where the reduced nest should go.
TELLS_ITS_FLAGS = """
import sys
out = next(flag for flag in sys.argv if flag.startswith("--out="))
open(out.removeprefix("--out="), "w").write("\\n".join(sys.argv[1:]))
"""
SETTINGS = Settings("go1.4", ("panic-pops-defer",), "fill")


class ReduceFindingTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def reduce(self, program: str, signature: str) -> bytes | None:
        path = write_program(self.folder / "reduce_nest", program)
        nest = self.folder / "nest.go"
        return asyncio.run(reduce_with(path, nest, SETTINGS, signature, 7))

    def flags(self, signature: str) -> list[str]:
        reduced = self.reduce(TELLS_ITS_FLAGS, signature)
        assert reduced is not None
        return reduced.decode().splitlines()

    def test_the_program_is_told_what_decides_how_a_run_goes(self) -> None:
        flags = self.flags("stale-pointer:nest:local")
        for flag in [
            "--design=go1.4",
            "--defect=panic-pops-defer",
            "--poison=fill",
            "--seconds=7",
            "--signature=stale-pointer:nest:local",
            str(self.folder / "nest.go"),
        ]:
            self.assertIn(flag, flags)

    def test_a_signature_of_libfuzzer_is_left_to_the_program(self) -> None:
        for signature in ["libFuzzer: deadly signal in main", "crash without a summary"]:
            flags = self.flags(signature)
            self.assertFalse([flag for flag in flags if flag.startswith("--signature")])

    def test_there_is_no_nest_where_the_program_refuses(self) -> None:
        self.assertIsNone(self.reduce("raise SystemExit(2)", "throw:fn"))


if __name__ == "__main__":
    unittest.main()
