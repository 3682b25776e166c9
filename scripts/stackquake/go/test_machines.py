"""Tests of the page on many machines: its commands are such as the verbs take."""

import re
import shlex
import unittest
from collections.abc import Iterator

from stackquake.files import ROOT
from stackquake.go import fuzz, merge
from stackquake.go.shard import Shard

PAGE = ROOT / "scripts" / "machines.md"
COMMAND = re.compile(r"scripts/quake go (fuzz|merge) ([^`\n]*?)(?= \|\||`|$)", re.MULTILINE)
# What stands for the number of a shard, and for how many there are.
NUMBER = re.compile(r"\$\{\{ matrix\.shard \}\}|\$shard\b")
COUNT = re.compile(r"\$count\b")
OTHER = re.compile(r"\$\{\{ github\.run_number \}\}|\$SLURM_SUBMIT_DIR")


def commands() -> Iterator[tuple[str, list[str]]]:
    """Each command of the page, with what its second shard of sixteen has in place of variables."""
    text = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    for verb, rest in COMMAND.findall(text):
        for pattern, value in ((NUMBER, "2"), (COUNT, "16"), (OTHER, "5")):
            rest = pattern.sub(value, rest)
        yield verb, shlex.split(rest)


class MachinesTest(unittest.TestCase):
    """The page's examples."""

    def test_every_example_names_its_shard_and_the_same_seed_for_all(self) -> None:
        fuzzing = [rest for verb, rest in commands() if verb == "fuzz"]
        self.assertEqual(len(fuzzing), 5)
        for rest in fuzzing:
            with self.subTest(rest):
                self.assertNotIn("$", " ".join(rest))
                options = fuzz.parser().parse_args(rest)
                self.assertIsNotNone(options.seed)
                self.assertIn(options.shard, [Shard(1, 2), *(Shard(2, n) for n in (2, 8, 16))])

    def test_every_example_ends_with_a_merge(self) -> None:
        merging = [rest for verb, rest in commands() if verb == "merge" and rest != ["DIR…"]]
        self.assertEqual(len(merging), 4)
        for rest in merging:
            with self.subTest(rest):
                self.assertTrue(merge.parser().parse_args(rest).folders)


if __name__ == "__main__":
    unittest.main()
