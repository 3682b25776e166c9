"""Tests of merge.py: shards united are one run, and what does not fit is refused."""

import contextlib
import io
import json
import os
import shutil
import tempfile
import unittest
from dataclasses import asdict
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import cli, repository
from stackquake.findings import folder
from stackquake.go import campaign, merge, shard
from stackquake.go.campaign import Campaign, Plan
from stackquake.go.comparing import Case
from stackquake.go.progress import Progress, alone_in
from stackquake.go.replays import Reliability
from stackquake.go.shard import Shard
from stackquake.go.test_campaign import EXIT, VARIANT, FakeComparer, FakeMaker, nest
from stackquake.status import QuakeError, Status

SETTINGS = {"profile": "turns", "toolchains": [VARIANT.identity]}
SEED = 1  # the nest with number N is nest(N + 1)
COUNT = 24
# Blocks of 4 nests: of two shards, the first has the nests 1 to 4, 9 to 12 and 17 to 20. Nest 9 is
# wrong at times, 10 is slow, 11 depends on the schedule.
BLOCK = 4
OF_FIRST, OF_SECOND = (9, 10, 11, 12), (7, 14, 21)
KNOWN = {nest(number): None for number in (*OF_FIRST, *OF_SECOND)}
KNOWN |= {nest(number): "old" for number in (8, 20)}
SMALL = "package main\n"


class MergeTest(unittest.TestCase):
    """Campaigns with a stand-in for Go."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.folder = Path(place.name)
        self.out = self.folder / "merged"

        def cases_of(texts: dict[str, str], skipped: dict[str, list[str]]) -> list[Case]:
            return [Case(name, text, EXIT) for name, text in texts.items()]

        patches: tuple[Any, ...] = (
            mock.patch.object(campaign, "cases_of", cases_of),
            mock.patch.object(campaign, "reduced", lambda comparer, one, seconds: one),
            mock.patch.object(
                campaign, "reliability_of", lambda one, limits, overlay: Reliability(5, 5, 4, 5, 3)
            ),
            mock.patch.object(repository, "version", lambda: "v"),
            mock.patch.object(shard, "BLOCK", BLOCK),
            mock.patch.object(FakeComparer, "known", KNOWN),
        )
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)

    def run_shard(
        self, text: str, name: str = "", *, count: int = COUNT, seed: int = SEED, **settings: Any
    ) -> Path:
        """Runs a shard to its end, or on to it, and gives its folder."""
        out = self.folder / (name or text.replace("/", "-"))
        progress = Progress.load(out, seed, Shard.of(text), {**SETTINGS, **settings})
        plan = Plan(batch=3, count=count, keep_going=True)
        comparer = FakeComparer(table=[])
        with contextlib.redirect_stderr(io.StringIO()):
            Campaign(plan, [VARIANT], comparer, FakeMaker(), progress, out).run()
        return out

    def merge(self, *folders: Path) -> dict[str, Any]:
        """Merges folders, and gives what the merged one has in progress.json."""
        whole, parts = merge.merge(folders, self.out)
        written: dict[str, Any] = json.loads((self.out / "progress.json").read_text())
        self.assertEqual(written, merge.document(whole, parts))
        return written

    def content(self, place: Path) -> dict[str, bytes]:
        """Of all files below a folder."""
        files = (path for path in sorted(place.rglob("*")) if path.is_file())
        return {str(path.relative_to(place)): path.read_bytes() for path in files}

    def assert_refused(self, words: str, *folders: Path) -> None:
        """With one line and status 2; nothing is written."""
        before = self.content(self.out)
        with self.assertRaisesRegex(QuakeError, words) as raised:
            self.merge(*folders)
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)
        self.assertNotIn("\n", str(raised.exception))
        self.assertEqual(self.content(self.out), before)

    # ---- What is united ----

    def test_two_shards_are_one_run(self) -> None:
        for shards in (("1/2", "2/2"), ("1/3", "2/3", "3/3")):
            with self.subTest(shards):
                shutil.rmtree(self.out, ignore_errors=True)
                merged = self.merge(*map(self.run_shard, shards))
                whole = self.run_shard("1/1")
                self.assertEqual(comparable(merged), comparable(asdict(Progress.load(whole, None))))
                for kind in (".", "unsteady", "slow"):
                    self.assertEqual(nests_in(self.out / kind), nests_in(whole / kind))

    def test_no_nest_is_of_two_shards(self) -> None:
        reached = [self.run_shard(one) for one in ("1/2", "2/2")]
        made = [json.loads((one / "progress.json").read_text())["generated"] for one in reached]
        self.assertEqual(sum(made), COUNT)

    def test_of_a_kind_the_smaller_nest_is_kept_and_all_are_counted(self) -> None:
        one, other = self.run_shard("1/2"), self.run_shard("2/2")
        self.assertEqual(nests_in(one), {nest(12), nest(20)})
        self.assertEqual(nests_in(other), {nest(7), nest(8)})
        place_of(one, nest(12)).joinpath("nest.go").write_text(SMALL)  # as a reduction would
        merged = self.merge(other, one)
        self.assertEqual(nests_in(self.out), {SMALL, nest(8)})
        several = merged["findings"].values()
        facts = {one["number"]: (one["times"], one["shard"]) for one in several}
        self.assertEqual(facts, {11: (4, "1/2"), 7: (2, "2/2")})

    def test_merging_again_changes_nothing(self) -> None:
        one, other = self.run_shard("1/2"), self.run_shard("2/2")
        self.merge(other, one)
        before = self.content(self.out)
        for again in ([one], [other, one], [self.out], [self.out, other]):
            self.merge(*again)
            self.assertEqual(self.content(self.out), before)
        copy = self.folder / "copy"
        merge.merge([self.out], copy)
        self.assertEqual(
            (copy / "progress.json").read_bytes(), (self.out / "progress.json").read_bytes()
        )

    def test_a_later_state_of_a_shard_takes_the_place_of_the_earlier(self) -> None:
        one, other = self.run_shard("1/2", count=9), self.run_shard("2/2")
        early = self.merge(one, other)
        self.assertEqual(early["generated"], 5 + 12)
        whole = self.merge(self.run_shard("1/2"))
        self.assertEqual(whole["generated"], COUNT)
        self.assertEqual([part["shard"] for part in whole["parts"]], ["1/2", "2/2"])

    def test_the_command_of_a_finding_names_its_new_place(self) -> None:
        one = self.run_shard("1/2")
        self.merge(one)
        place = place_of(self.out, nest(20))
        record, story = folder.read(place), (place / "story.md").read_text()
        self.assertTrue(record["replay"].endswith(f" {place}/nest.go"))
        self.assertIn(record["replay"], story)
        self.assertNotIn(str(one), story)

    # ---- What is refused ----

    def test_other_campaigns_are_refused(self) -> None:
        one = self.run_shard("1/2")
        for words, folder_of_other in (
            ("other is of --seed 2, .*1-2 of 1", lambda: self.run_shard("2/2", "other", seed=2)),
            ("is of --shard 2/3, .* of 1/2", lambda: self.run_shard("2/3", "other")),
            (
                "is of --profile records, .* of turns",
                lambda: self.run_shard("2/2", "other", profile="records"),
            ),
            (
                "is of toolchains go1.2 plain, .* of go1.19.8 plain",
                lambda: self.run_shard("2/2", "other", toolchains=["go1.2 plain"]),
            ),
        ):
            with self.subTest(words):
                self.assert_refused(words, one, folder_of_other())
                shutil.rmtree(self.folder / "other")

    def test_a_shard_that_was_run_twice_and_differs_is_refused(self) -> None:
        one = self.run_shard("1/2")
        with mock.patch.object(FakeComparer, "known", {nest(2): None}):
            other = self.run_shard("1/2", "again")
        self.assert_refused("both have shard 1/2, and neither has all of the other", one, other)

    def test_a_shard_that_was_run_twice_alike_counts_once(self) -> None:
        merged = self.merge(self.run_shard("1/2"), self.run_shard("1/2", "again"))
        self.assertEqual(merged["generated"], 12)

    def test_a_folder_of_something_else_is_refused(self) -> None:
        one = self.run_shard("1/2")
        nothing = self.folder / "nothing"
        nothing.mkdir()
        self.assert_refused("nothing has no progress.json of quake go fuzz", one, nothing)
        (nothing / "progress.json").write_text("[1, 2]")
        self.assert_refused("no object", one, nothing)
        (nothing / "progress.json").write_text('{"seed": 1, "shard": "x"}')
        self.assert_refused("progress.json: .*is no shard", one, nothing)
        (nothing / "progress.json").write_text('{"seed": 1}')
        self.assert_refused("of an earlier version", one, nothing)
        shutil.rmtree(next(one.glob("go-*")))
        self.assert_refused("has no finding .*, which it tells of", one)

    def test_a_finished_folder_or_another_is_not_overwritten(self) -> None:
        one, other = self.run_shard("1/2"), self.run_shard("2/2")
        for place in (other, self.folder):
            with self.subTest(place), mock.patch.object(self, "out", place):
                self.assert_refused("is not of quake go merge", one)

    def test_a_campaign_at_work_is_not_merged(self) -> None:
        one = self.run_shard("1/2")
        with alone_in(one):
            self.assert_refused("a campaign works in", one)

    def test_a_merged_folder_is_not_fuzzed_on(self) -> None:
        self.merge(self.run_shard("1/2"))
        with self.assertRaisesRegex(QuakeError, "is merged: continue its shards") as raised:
            Progress.load(self.out, SEED)
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_a_folder_that_cannot_be_written_to_can_be_merged(self) -> None:
        one = self.run_shard("1/2")
        (one / "lock").unlink(missing_ok=True)
        self.assertEqual(self.merge(one)["generated"], 12)

    def test_an_error_while_writing_leaves_what_was_there(self) -> None:
        one, other = self.run_shard("1/2"), self.run_shard("2/2")
        self.merge(one)
        before = self.content(self.out)
        with mock.patch.object(os, "fsync", side_effect=OSError(28, "No space left on device")):
            with self.assertRaises(OSError):
                self.merge(other)
        self.assertEqual(self.content(self.out), before)
        self.assertEqual(list(self.folder.glob(".merged*")), [])

    # ---- The command ----

    def test_the_command_tells_what_is_there_and_what_is_missing(self) -> None:
        one = self.run_shard("1/3")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = cli.main(["go", "merge", str(one), f"--out={self.out}"])
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(out.getvalue().splitlines()[-1], "shards: 1 of 3; not there: 2/3, 3/3")

    def test_known_findings_are_no_findings(self) -> None:
        with mock.patch.object(FakeComparer, "known", {nest(20): "old"}):
            folders = [str(self.run_shard(one)) for one in ("1/2", "2/2")]
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = cli.main(["go", "merge", *folders, f"--out={self.out}", "--json"])
        self.assertEqual(status, Status.OK)
        document = json.loads(out.getvalue())
        self.assertEqual((document["generated"], document["known"]), (COUNT, {"old": 1}))


def comparable(progress: dict[str, Any]) -> dict[str, Any]:
    """What does not depend on when something was done, and by which shard."""
    findings = {
        key: {name: facts[name] for name in ("times", "profiles", "known")}
        for key, facts in progress["findings"].items()
    }
    left = {key: progress[key] for key in progress.keys() - {"seconds", "shard", "parts"}}
    return {**left, "findings": findings}


def place_of(folder_of_findings: Path, text: str) -> Path:
    """The folder of the finding with a nest."""
    nests = folder_of_findings.glob("*/nest.go")
    [place] = [path.parent for path in nests if path.read_text() == text]
    return place


def nests_in(place: Path) -> set[str]:
    """The nests of the findings in a folder."""
    return {path.read_text() for path in place.glob("*/nest.go")}


if __name__ == "__main__":
    unittest.main()
