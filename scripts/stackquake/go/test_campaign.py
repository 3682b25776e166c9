"""Tests of campaign.py and progress.py: what ends a campaign, and what it keeps for the next."""

import contextlib
import dataclasses
import io
import json
import tempfile
import threading
import unittest
from collections.abc import Iterable, Sequence
from pathlib import Path
from unittest import mock

from stackquake.go import campaign
from stackquake.go.campaign import Campaign, Plan
from stackquake.go.comparing import Case, Classified, Comparer, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.making import PROFILES
from stackquake.go.modes import MODES
from stackquake.go.progress import Progress
from stackquake.go.replays import Reliability
from stackquake.go.shard import Shard
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant
from stackquake.status import QuakeError, Status

EXIT: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": []}
DEADLOCK: Behaviour = {"outcome": {"kind": "deadlock", "chain": []}, "traces": [[1, 2]]}
VARIANT = Variant(Toolchain(Path("/go"), "go1.19.8", (1, 19), Path("/root")), MODES["plain"])


def nest(seed: int) -> str:
    """A nest that tells which it is."""
    return f'package main\n\nimport "runtime"\n\nfunc main() {{\n\ttrace({seed})\n}}\n'


class FakeMaker:
    """Makes nests that tell their seeds."""

    def __init__(self) -> None:
        self.made: list[int] = []
        self.run: list[str] = []

    def make(self, seed: int, numbers: Sequence[range]) -> dict[str, str]:
        """As Maker has it."""
        made = [seed + number for one in numbers for number in one]
        self.made.extend(made)
        return {f"{PROFILES[one % 2]}-{one - seed}": nest(one) for one in made}

    def remember(self, texts: Iterable[str]) -> None:
        """As Maker has it."""
        self.run.extend(texts)


class FakeComparer(Comparer):
    """Nest 7 is wrong, 8 is known, 9 is wrong once, 10 takes long, 11 depends on the schedule."""

    known = {nest(7): None, nest(8): "old", nest(9): None, nest(10): None, nest(11): None}

    def run(
        self, variants: Sequence[Variant], cases: Sequence[Case], unwanted: threading.Event
    ) -> list[Disagreement]:
        """As Comparer has it."""
        return [Disagreement(case, VARIANT, DEADLOCK) for case in cases if case.text in self.known]

    def classify(self, variant: Variant, suspects: Sequence[Disagreement]) -> Classified:
        """As Comparer has it."""
        steady = [
            Disagreement(one.case, variant, one.actual, self.known[one.case.text])
            for one in suspects
            if one.case.text not in (nest(9), nest(10), nest(11))
        ]
        others = (
            [one for one in suspects if one.case.text == nest(number)] for number in (9, 10, 11)
        )
        return Classified(steady, *others)


class CampaignTest(unittest.TestCase):
    """Campaigns with a stand-in for Go."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = Path(folder.name)
        self.maker = FakeMaker()
        self.comparer = FakeComparer(table=[])

        def cases_of(texts: dict[str, str], skipped: dict[str, list[str]]) -> list[Case]:
            return [Case(name, text, EXIT) for name, text in texts.items()]

        for name, stand_in in (
            ("cases_of", cases_of),
            ("reduced", lambda comparer, one, seconds: one),
            ("reliability_of", lambda one, limits, overlay: Reliability(5, 5, 4, 5, 3)),
            ("MAX_BATCHES_BETWEEN_LOOKS", 1),
        ):
            patch = mock.patch.object(campaign, name, stand_in)
            patch.start()
            self.addCleanup(patch.stop)

    def campaign(
        self, seed: int | None, count: int | None, *, keep_going: bool = False
    ) -> Campaign:
        """Runs one to its end."""
        plan = Plan(batch=3, count=count, keep_going=keep_going)
        progress = Progress.load(self.out, seed)
        one = Campaign(plan, [VARIANT], self.comparer, self.maker, progress, self.out)
        with contextlib.redirect_stderr(io.StringIO()):
            one.run()
        return one

    def test_ends_at_the_first_finding(self) -> None:
        one = self.campaign(1, None)
        self.assertEqual(one.progress.generated, 9)
        self.assertEqual(len(one.new), 1)
        record = json.loads(one.new[0].with_name("finding.json").read_text())
        self.assertEqual((record["go"]["expected"], record["go"]["actual"]), (EXIT, DEADLOCK))
        self.assertEqual((record["nest"], record["executions_to_find"]), (nest(7), 9))
        # What makes the nest again: seed, number and profile.
        made_from = {"number": 6, "profile": "compiler"}
        self.assertEqual(record["seed"], 1)
        self.assertEqual(record["go"]["made_from"], record["go"]["made_from"] | made_from)
        self.assertEqual(record["reliability"], {"replays": 5, "reproduced": 4})

    def test_tells_which_profile_made_how_many_and_found_what(self) -> None:
        known = {nest(seed): "old" for seed in (2, 3, 5)}
        with mock.patch.object(self.comparer, "known", known):
            one = self.campaign(1, 6)
        self.assertEqual(one.progress.profiles, {"compiler": 3, "records": 3})
        [finding] = one.progress.findings.values()
        self.assertEqual(finding["profiles"], {"compiler": 2, "records": 1})

    def test_goes_on_when_asked_to_and_where_it_ended(self) -> None:
        self.campaign(1, 4, keep_going=True)
        one = self.campaign(None, 10, keep_going=True)
        self.assertEqual(self.maker.made, list(range(1, 11)))
        self.assertEqual(self.maker.run, [nest(seed) for seed in self.maker.made])
        self.assertEqual(one.progress.known, {"old": 1})
        self.assertEqual(one.progress.compared, {"go1.19.8 plain": 10})

    def test_reduces_what_it_found_when_the_search_has_ended(self) -> None:
        made_before: list[int] = []

        def reduced(comparer: object, one: Disagreement, seconds: float) -> Disagreement:
            made_before.append(len(self.maker.made))
            return dataclasses.replace(one, case=Case(one.case.name, nest(70), EXIT))

        known = {nest(2): None, nest(70): None}
        with (
            mock.patch.object(self.comparer, "known", known),
            mock.patch.object(campaign, "reduced", reduced),
        ):
            one = self.campaign(1, 9, keep_going=True)
        self.assertEqual(made_before, [9])
        [file] = one.new
        self.assertEqual(file.read_text(), nest(70))
        self.assertEqual(file.with_name("original.go").read_text(), nest(2))
        self.assertEqual(list(self.out.glob("go-*")), [file.parent])
        names = sorted(path.name for path in file.parent.iterdir())
        self.assertEqual(
            names, ["finding.json", "nest.go", "original.go", "repro.go", "story.md"]
        )
        [finding] = Progress.load(self.out, None).findings.values()
        self.assertEqual(finding["file"], file.parent.name)

    def test_known_disagreements_end_nothing(self) -> None:
        one = self.campaign(8, 6)
        self.assertEqual(one.progress.generated, 6)
        self.assertEqual(one.new, [])
        self.assertEqual(one.progress.outcomes, {"exit": 6})

    def test_keeps_what_is_wrong_only_at_times(self) -> None:
        one = self.campaign(9, 1)
        self.assertEqual((one.progress.unsteady, one.new), (1, []))
        self.assertEqual(self.kept("unsteady"), [nest(9)])

    def test_keeps_what_is_slow(self) -> None:
        one = self.campaign(10, 1)
        self.assertEqual((one.progress.slow, one.new), (1, []))
        self.assertEqual(self.kept("slow"), [nest(10)])

    def test_takes_back_what_depends_on_the_schedule(self) -> None:
        one = self.campaign(11, 1)
        self.assertEqual((one.progress.compared, one.new), ({"go1.19.8 plain": 0}, []))
        self.assertEqual(one.progress.skipped, {"schedule": 1})

    def kept(self, folder: str) -> list[str]:
        """The nests that are in a folder of what is no finding."""
        files = (self.out / folder).glob("*/nest.go")
        return [file.read_text() for file in files if "repro" not in file.name]

    def test_loses_no_disagreement_that_it_has_not_looked_at(self) -> None:
        self.campaign(1, 3)
        with mock.patch.object(self.comparer, "classify", side_effect=KeyboardInterrupt):
            with self.assertRaises(KeyboardInterrupt):
                self.campaign(None, 9)
        progress = Progress.load(self.out, None)
        self.assertEqual([one.case.text for one in progress.waiting], [nest(7), nest(8), nest(9)])
        one = self.campaign(None, 9)
        self.assertEqual(one.progress.waiting, [])
        self.assertEqual(len(one.new), 1)

    def test_leaves_out_and_counts_those_of_which_a_batch_has_too_many(self) -> None:
        known = {nest(seed): "old" for seed in range(1, 7)}
        with (
            mock.patch.object(self.comparer, "known", known),
            mock.patch.object(campaign, "MAX_ALIKE", 2),
        ):
            one = self.campaign(1, 6)
        self.assertEqual((one.progress.known, one.progress.left_out), ({"old": 4}, 2))

    def test_looks_at_all_that_may_only_have_slept(self) -> None:
        late: Behaviour = {"outcome": {"kind": "fuel", "chain": []}, "traces": []}
        goexit: Behaviour = {"outcome": {"kind": "goexit", "chain": []}, "traces": []}
        for expected, kept in ((EXIT, campaign.MAX_LATE), (goexit, 9)):
            cases = [Case(str(seed), nest(seed), expected) for seed in range(9)]
            suspects = [Disagreement(case, VARIANT, late) for case in cases]
            self.assertEqual(len(campaign._few(suspects, 12)), kept)

    def test_looks_sooner_at_what_many_show(self) -> None:
        looked_at: list[int] = []

        def classify(variant: Variant, suspects: Sequence[Disagreement]) -> Classified:
            looked_at.append(self.maker.made[-1] if len(suspects) else 0)
            return Classified()

        known = {nest(seed): None for seed in range(1, 100)}
        with (
            mock.patch.object(self.comparer, "known", known),
            mock.patch.object(self.comparer, "classify", classify),
            mock.patch.object(campaign, "MAX_BATCHES_BETWEEN_LOOKS", 16),
            mock.patch.object(campaign, "SUSPECTS_AT_ONCE", 9),
        ):
            self.campaign(1, 30)
        # One batch of 3, then two, then three, as these are 9 nests; two are under way meanwhile.
        self.assertEqual(looked_at, [9, 15, 24, 30, 30])

    def test_another_seed_needs_another_folder(self) -> None:
        self.campaign(1, 1)
        with self.assertRaises(QuakeError) as raised:
            self.campaign(2, 1)
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_another_shard_profile_or_toolchain_needs_another_folder(self) -> None:
        shard, settings = Shard(1, 2), {"profile": "turns", "toolchains": ["go1.19.8 plain"]}
        Progress.load(self.out, 1, shard, settings).save(self.out)
        for words, arguments in (
            ("is of --shard 1/2; name another folder", (1, Shard(2, 2), settings)),
            ("is of --profile turns;", (1, shard, {**settings, "profile": "records"})),
            ("is of toolchains go1.19.8 plain;", (None, None, {**settings, "toolchains": []})),
        ):
            with self.subTest(words), self.assertRaisesRegex(QuakeError, words) as raised:
                Progress.load(self.out, *arguments)
            self.assertEqual(raised.exception.status, Status.BAD_INPUT)
        again = Progress.load(self.out, None, None, settings)
        self.assertEqual((again.seed, again.shard), (1, "1/2"))

    def test_all_shards_need_the_same_seed(self) -> None:
        with self.assertRaisesRegex(QuakeError, "--shard needs --seed") as raised:
            Progress.load(self.out, None, Shard(1, 2))
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_a_file_of_an_earlier_version_gets_the_settings_of_the_call(self) -> None:
        (self.out / "progress.json").write_text('{"seed": 5, "generated": 7}')
        progress = Progress.load(self.out, None, None, {"profile": "turns"})
        self.assertEqual((progress.seed, progress.generated), (5, 7))
        self.assertEqual(progress.settings, {"profile": "turns"})


if __name__ == "__main__":
    unittest.main()
