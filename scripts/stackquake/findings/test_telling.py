"""Tests of telling.py, with programs that stand in for explain_nest."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.fakes import write_program
from stackquake.findings import telling
from stackquake.findings.telling import Told, tell_with
from stackquake.settings import Settings

TELLS = """
import json, sys
words = " ".join(sys.argv[1:])
print(json.dumps({"text": words, "svg": "<svg>"}))
open("runs", "a").write("once ")
sys.exit(1)
"""


class TellingTest(unittest.IsolatedAsyncioTestCase):
    async def tell(self, program: str) -> Told | None:
        with tempfile.TemporaryDirectory() as folder:
            path = write_program(Path(folder) / "explain_nest", program)
            with mock.patch.object(telling, "page", lambda story: f"page of {story['text']}"):
                told = await tell_with(path, Path(folder) / "nest.go", Settings(poison="fill"))
            runs = Path(folder) / "runs"
            self.runs = runs.read_text() if runs.exists() else ""
            return told

    async def test_one_run_gives_text_and_page(self) -> None:
        words = "--design=go1.4 --poison=fill --json -- nest.go"
        self.assertEqual(await self.tell(TELLS), Told(words.encode(), f"page of {words}", "<svg>"))
        self.assertEqual(self.runs, "once ")

    async def test_a_run_that_ends_the_program_has_none(self) -> None:
        self.assertIsNone(await self.tell("import os; os.abort()"))
        self.assertIsNone(await self.tell("raise SystemExit(2)"))


if __name__ == "__main__":
    unittest.main()
