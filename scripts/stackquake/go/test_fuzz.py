"""Tests of fuzz.py and command.py: what ends a campaign, what it goes on with, and how it ends."""

import argparse
import contextlib
import io
import json
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from stackquake import cli
from stackquake.go import findings, fuzz
from stackquake.go.comparing import Case, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.fuzz import Campaign, Progress
from stackquake.go.modes import MODES
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant
from stackquake.status import QuakeError, Status

EXIT: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": []}
DEADLOCK: Behaviour = {"outcome": {"kind": "deadlock", "chain": []}, "traces": [[1, 2]]}
VARIANT = Variant(Toolchain(Path("/go"), "go1.19.8", (1, 19), Path("/root")), MODES["plain"])


def nest(seed: int) -> str:
    """A nest that tells which it is."""
    return f'package main\n\nimport "runtime"\n\nfunc main() {{\n\ttrace({seed})\n}}\n'


class FakeComparer:
    """Says of the nest of seed 7 that it is wrong, and of that of seed 8 that it is known."""

    def disagreements(
        self, variant: Variant, cases: Sequence[Case]
    ) -> tuple[list[Disagreement], list[Case]]:
        """As Comparer has it."""
        known = {nest(7): None, nest(8): "old"}
        found = [
            Disagreement(case, variant, DEADLOCK, known[case.text])
            for case in cases
            if case.text in known
        ]
        return found, []


class CampaignTest(unittest.TestCase):
    """Campaigns with a stand-in for Go."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name)
        self.comparer = FakeComparer()
        self.made: list[int] = []

        def generate(seed: int, count: int, options: argparse.Namespace) -> dict[str, str]:
            self.made += range(seed, seed + count)
            return {str(one): nest(one) for one in range(seed, seed + count)}

        def cases_of(texts: dict[str, str], skipped: dict[str, int]) -> list[Case]:
            return [Case(name, text, EXIT) for name, text in texts.items()]

        for name, stand_in in (
            ("generate", generate),
            ("cases_of", cases_of),
            ("command.comparer_of", lambda options: self.comparer),
            ("reduce", lambda case, still, seconds: case),
        ):
            patch = mock.patch(f"stackquake.go.fuzz.{name}", stand_in)
            patch.start()
            self.addCleanup(patch.stop)

    def campaign(self, *arguments: str) -> Campaign:
        """Runs one to its end."""
        options = fuzz.parser().parse_args(["--out", str(self.out), "--batch=3", *arguments])
        campaign = Campaign(options, [VARIANT], Progress.load(self.out, options.seed))
        with contextlib.redirect_stderr(io.StringIO()):
            campaign.run()
        return campaign

    def test_ends_at_the_first_finding(self) -> None:
        campaign = self.campaign("--seed=1", "--count=100")
        self.assertEqual(campaign.progress.generated, 9)
        self.assertEqual(len(campaign.new), 1)
        record = json.loads(campaign.new[0].with_suffix(".json").read_text())
        self.assertEqual((record["expected"], record["actual"]), (EXIT, DEADLOCK))
        self.assertEqual(record["nest"], nest(7))

    def test_goes_on_when_asked_to_and_where_it_ended(self) -> None:
        self.campaign("--seed=1", "--count=4", "--keep-going")
        campaign = self.campaign("--count=10", "--keep-going")
        self.assertEqual(self.made, list(range(1, 11)))
        self.assertEqual(campaign.progress.known, {"old": 1})
        self.assertEqual(campaign.progress.compared, {"go1.19.8 plain": 10})

    def test_known_disagreements_end_nothing(self) -> None:
        campaign = self.campaign("--seed=8", "--count=6")
        self.assertEqual(campaign.progress.generated, 6)
        self.assertEqual(campaign.new, [])
        with contextlib.redirect_stdout(io.StringIO()) as output:
            self.assertEqual(fuzz.report(campaign, as_json=True), Status.OK)
        self.assertEqual(json.loads(output.getvalue())["outcomes"], {"exit": 6})

    def test_another_seed_needs_another_folder(self) -> None:
        self.campaign("--seed=1", "--count=1")
        with self.assertRaises(QuakeError) as raised:
            self.campaign("--seed=2", "--count=1")
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)


class FindingTest(unittest.TestCase):
    """What is stored."""

    def test_the_repro_is_one_file_with_one_import_that_says_what_is_wrong(self) -> None:
        one = Disagreement(Case("n", nest(5), EXIT), VARIANT, DEADLOCK)
        text = findings.repro(one)
        self.assertIn("// expected: exit; no traces\n", text)
        self.assertIn("// actual:   deadlock; traces [1 2]\n", text)
        self.assertEqual(text.count("package main"), 1)
        self.assertEqual(text.count("\nimport"), 1)
        self.assertIn("\ttrace(5)\n", text)
        self.assertIn("func trace(x int)", text)


class CommandTest(unittest.TestCase):
    """Exit statuses."""

    def status(self, *arguments: str) -> int:
        """That of one call."""
        with contextlib.redirect_stderr(io.StringIO()):
            return cli.main(["go", *arguments])

    def test_a_toolchain_that_is_missing_is_3(self) -> None:
        self.assertEqual(self.status("--go=no-such-go", "corpus"), Status.MISSING)

    def test_no_toolchain_at_all_is_3(self) -> None:
        with mock.patch("stackquake.go.toolchain._installed", return_value=[]):
            self.assertEqual(self.status("corpus"), Status.MISSING)

    def test_bad_usage_is_2(self) -> None:
        lists: list[list[str]] = [[], ["--mode=none", "x"], ["fuzz", "--count=0"]]
        for arguments in lists:
            with self.subTest(arguments), self.assertRaises(SystemExit) as raised:
                self.status(*arguments)
            self.assertEqual(raised.exception.code, Status.BAD_INPUT)
        self.assertEqual(self.status("--mistake=nonesuch", "corpus"), Status.BAD_INPUT)


if __name__ == "__main__":
    unittest.main()
