"""Tests of nests.py."""

import re
import tempfile
import unittest
from pathlib import Path

from stackquake.go import making, nests
from stackquake.go.making import Generator
from stackquake.go.nests import Expected, Refused
from stackquake.status import QuakeError, Status
from stackquake.verbs.programs import HELP

NEST = "package main\n\nfunc main() {\n\ttrace(5)\n}\n"


class ReasonsTest(unittest.TestCase):
    """Why nests are not compared."""

    def test_people_are_told_each_reason_that_the_oracle_gives(self) -> None:
        told = (HELP / "oracle.txt").read_text(encoding="utf-8")
        [text] = re.findall(r"must behave like this: (.*seed\))", told, re.S)
        named = set(re.findall(r"\w+(?=,| \(| or\b)", re.sub(r"\(.*?\)", "()", text, flags=re.S)))
        self.assertLessEqual(set(nests.REASONS) - {"no nest"}, named)


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

    def test_most_nests_with_goroutines_can_be_compared_and_come_to_an_end(self) -> None:
        making.ensure_programs(select=False)
        made = Generator(goroutines=True).make(1, [range(200)])
        said = nests.expect(list(made.values()))
        compared = [one for one in said if isinstance(one, Expected) and not one.not_compared]
        self.assertGreaterEqual(len(compared), 100)
        ended = [one for one in compared if one.behaviour["outcome"]["kind"] == "exit"]
        self.assertGreaterEqual(2 * len(ended), len(compared))


if __name__ == "__main__":
    unittest.main()
