"""Tests of the stages of a night, with stand-ins for targets and verbs."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable
from dataclasses import replace
from unittest import mock

from stackquake import inputs, targets
from stackquake.fakes import write_program
from stackquake.findings import folder
from stackquake.jobs.designs import Design
from stackquake.nightly import benchmarks, covering, fuzzing, lanes, minimising, nights, on_go
from stackquake.nightly import replaying, searching, selftest, verb
from stackquake.nightly.lanes import Programs
from stackquake.nightly.night import Refused, Work
from stackquake.nightly.shares import Lane
from stackquake.nightly.sightings import of_record
from stackquake.nightly.state import State, StateError, open_state
from stackquake.status import QuakeError, Status
from stackquake.verbs.fuzz_case import TARGET
from stackquake.verbs.night_case import NightCase, programs, store

BUG = b"a BUG ALWAYS"
SIGNATURE = "stale-pointer adjustdefers"
LANE = Lane("nest", "go1.4")
# More than any stage but fuzzing takes: they end when they are done.
LONG = 60.0


class StagesTest(NightCase):
    def setUp(self) -> None:
        super().setUp()
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.state_: State = stack.enter_context(open_state(self.state))
        self.seeds = self.folder / "seeds"
        self.seeds.mkdir()
        (self.seeds / "plain.go").write_text("plain")
        for patch in (
            mock.patch.object(lanes, "BUILD", self.folder / "build"),
            mock.patch.object(lanes, "seeds", lambda: inputs.seeds([self.seeds])),
            mock.patch.dict(targets.WATCHED, {}, clear=True),
            contextlib.redirect_stderr(self.errors),
        ):
            stack.enter_context(patch)
        self.programs: Programs = programs(self.folder, BUG)

    def work(self) -> Work:
        """Of a night that begins."""
        for row in self.state_.rows("SELECT id FROM night WHERE ended IS NULL"):
            self.state_.write("UPDATE night SET ended = 'now' WHERE id = ?", row["id"])
        night = nights.begin(self.state_, 1, "v", ["go1.4"], 7)
        return Work(self.state_, night, 2, self.known)

    def quake(self, program: str) -> None:
        """Puts a program in the place of the command."""
        path = write_program(self.folder / "quake", program)
        patch = mock.patch.object(verb, "QUAKE", path)
        patch.start()
        self.addCleanup(patch.stop)

    def looks(self, work: Work) -> list[tuple[str, int]]:
        """What the night has seen and not seen."""
        query = "SELECT signature, seen FROM sighting JOIN finding ON finding.id = finding"
        rows = self.state_.rows(f"{query} WHERE night = ? ORDER BY signature", work.night.id)
        return [(row["signature"], row["seen"]) for row in rows]

    def run_stage(self, stage: Awaitable[None]) -> None:
        asyncio.run(asyncio.wait_for(stage, LONG))  # type: ignore[arg-type]

    def test_targets_of_one_design_run_on_a_sound_one(self) -> None:
        tools = {name: self.programs.tools["nest"] for name in ("copier", "nest")}
        designs = (Design("old", ("x",)), Design("go1.4"), Design("go1.5"))
        whole = Programs(tools, replace(self.programs.inventory, designs=designs))
        names = [lane.name for lane in lanes.lanes(["old", "go1.4", "go1.5"], whole)]
        expected = ["nest on old", "copier on go1.4", "nest on go1.4", "nest on go1.5"]
        self.assertEqual(names, expected)
        self.assertEqual(lanes.lanes(["old"], whole), [Lane("nest", "old")])

    # ---- Self-test ----

    def test_a_target_that_finds_its_planted_defect_may_fuzz(self) -> None:
        work = self.work()
        self.run_stage(selftest.run(work, self.programs, [LANE]))
        self.assertEqual(self.looks(work), [])

    def test_a_blind_target_has_no_night(self) -> None:
        blind = programs(self.folder, BUG, TARGET.replace('b"BUG" in data', "False"))
        with self.assertRaisesRegex(Refused, "no night, nest on go1.4: .* does not find x"):
            self.run_stage(selftest.run(self.work(), blind, [LANE]))

    def test_a_seed_that_fails_is_a_finding_and_its_lane_does_not_fuzz(self) -> None:
        (self.seeds / "bad.go").write_bytes(BUG)
        work = self.work()
        self.run_stage(selftest.run(work, self.programs, [LANE]))
        self.run_stage(fuzzing.run(work, self.programs, [LANE], 3))
        self.assertEqual(self.looks(work), [(SIGNATURE, 1)])
        self.assertEqual(self.state_.rows("SELECT * FROM campaign"), [])
        (self.seeds / "bad.go").unlink()
        work = self.work()
        self.run_stage(selftest.run(work, self.programs, [LANE]))
        self.assertEqual(self.looks(work), [(SIGNATURE, 0)])

    # ---- Fuzzing, replay and corpus ----

    def test_a_campaign_is_kept_and_its_finding_is_replayed_the_next_night(self) -> None:
        work = self.work()
        self.run_stage(fuzzing.run(work, self.programs, [LANE], 8))
        self.assertEqual(self.looks(work), [(SIGNATURE, 1)])
        [row] = self.state_.rows("SELECT * FROM campaign")
        self.assertEqual((row["target"], row["new_findings"], row["corpus"]), ("nest", 1, 2))
        [zero] = self.state_.rows("SELECT name FROM situation WHERE count = 0")
        self.assertEqual(zero["name"], "sudogs in a copy")
        self.run_stage(fuzzing.run(work, self.programs, [LANE], 8))  # has been done
        self.quake("print('[]')")
        self.check_replay(self.programs, 1)
        mended = programs(self.folder, BUG, TARGET.replace('b"ALWAYS" in data', "False"))
        self.check_replay(mended, 0)
        self.run_stage(minimising.run(work, self.programs, [LANE], LONG))
        self.assertEqual(self.state_.value("SELECT count(*) FROM skipped"), 0)

    def test_a_finding_lies_where_an_earlier_campaign_has_put_it(self) -> None:
        earlier = store(self.state_.findings, "throw:f")
        later = earlier.with_name(f"{earlier.name}.latest")
        seen = replace(of_record(folder.read(earlier), later), command="later", known="n")
        settled = fuzzing._settled(seen)
        self.assertEqual((settled.place, settled.command, settled.known), (earlier, "c", "n"))
        self.assertEqual(fuzzing._settled(replace(seen, place=earlier)).command, "later")

    def test_a_full_disk_leaves_findings_in_their_folder_and_in_the_report(self) -> None:
        work = self.work()
        full = StateError(Status.MISSING, "nights.sqlite: database or disk is full")
        with mock.patch.object(fuzzing, "_write_numbers", side_effect=full):
            with self.assertRaises(StateError):
                self.run_stage(fuzzing.run(work, self.programs, [LANE], 8))
        self.assertEqual(self.looks(work), [])
        [problem] = work.problems
        self.assertRegex(problem, f"{SIGNATURE} is not in the history; .*/nest.go has it")
        fuzzing.adopt(work)
        self.assertEqual(self.looks(work), [(SIGNATURE, 1)])

    def check_replay(self, whole: Programs, seen: int) -> None:
        work = self.work()
        self.run_stage(replaying.run(work, whole, LONG))
        self.assertEqual(self.looks(work), [(SIGNATURE, seen)])

    def test_what_the_replay_of_the_corpus_shows_is_a_finding(self) -> None:
        violation = {"check": "throw", "signature": "throw:f", "message": "m"}
        run = {"file": "corpus/a.go", "design": "go1.4", "defects": [], "as_expected": False}
        missed = {**run, "defects": ["x"], "violation": None}
        runs = [{**run, "violation": violation}, missed, {**missed, "as_expected": True}]
        work = self.work()
        self.quake(f"print({json.dumps(runs)!r}); raise SystemExit(1)")
        self.run_stage(replaying.replay_corpus(work, LONG))
        self.assertEqual(self.looks(work), [("not found: x", 1), ("throw:f", 1)])
        work = self.work()
        self.quake("print('[]')")
        self.run_stage(replaying.replay_corpus(work, LONG))
        self.assertEqual(self.looks(work), [("not found: x", 0), ("throw:f", 0)])

    # ---- Trials and benchmarks ----

    def test_trials_are_done_once_in_a_night(self) -> None:
        work = self.work()
        with (
            mock.patch.object(searching, "TRIALS", 2),
            mock.patch.object(searching, "THIRDS", 1),
        ):
            self.run_stage(searching.run(work, self.programs, LONG))
            with mock.patch.object(searching, "run_trial", side_effect=AssertionError):
                self.run_stage(searching.run(work, self.programs, LONG))
        rows = self.state_.rows("SELECT * FROM trial")
        self.assertEqual([row["defect"] for row in rows], ["x", "x"])

    def test_repetitions_are_read_and_an_unfinished_program_is_left_out(self) -> None:
        one = {"name": "copy/64", "run_type": "iteration", "cpu_time": 2, "time_unit": "us"}
        mean = {**one, "run_type": "aggregate"}
        again = {**one, "repetition_index": 1}
        whole = json.dumps({"benchmarks": [one, again, mean]})
        told = list(benchmarks.repetitions(f"{whole}\n{whole[:-9]}"))
        self.assertEqual(told, [("copy/64", 0, 2000.0), ("copy/64", 1, 2000.0)])

    def test_a_verb_that_takes_too_long_is_ended(self) -> None:
        self.quake("import time; print('{', flush=True); time.sleep(60)")
        work = self.work()
        self.run_stage(benchmarks.run(work, 1))
        self.assertEqual(self.state_.value("SELECT what FROM skipped"), "some benchmarks")

    def test_a_verb_that_does_not_work_is_told_with_its_words(self) -> None:
        self.quake("import sys; print('no compiler', file=sys.stderr); sys.exit(3)")
        with self.assertRaisesRegex(QuakeError, "quake bench: status 3: no compiler"):
            self.run_stage(benchmarks.run(self.work(), LONG))

    # ---- Coverage ----

    def test_coverage_is_that_of_the_corpus_and_of_what_the_lanes_keep(self) -> None:
        rooms = {"runtime_under_test/": {"reached": 3, "lines": 4}}
        region = {"file": "a.cc", "function": "grow", "first": 7, "last": 9}
        unreached = [{**region, "needs": "a deep stack"}]
        told = json.dumps({"rooms": rooms, "unreached": unreached})
        self.quake(f"import sys; print({told!r}); sys.exit(len(sys.argv) != 4)")
        self.state_.corpus("nest", "go1.4").mkdir(parents=True)
        work = self.work()
        for _ in range(2):  # a night that goes on measures again
            self.run_stage(covering.run(work, self.programs, [LANE], LONG))
        measured = covering.measured(self.state_, work.night)
        self.assertEqual(measured.rooms, [covering.Room("runtime_under_test/", 3, 4)])
        self.assertEqual([one.place for one in measured.unreached["a deep stack"]], ["a.cc:7-9"])

    def test_coverage_that_takes_too_long_is_left_out(self) -> None:
        self.quake("import time; time.sleep(60)")
        self.run_stage(covering.run(self.work(), self.programs, [LANE], 1))
        self.assertEqual(self.state_.value("SELECT what FROM skipped"), "coverage")

    # ---- Real Go ----

    def test_without_a_toolchain_real_go_is_left_out(self) -> None:
        work = self.work()
        none = QuakeError(Status.MISSING, "no Go toolchain is installed")
        with mock.patch.object(on_go.toolchain, "find", side_effect=none):
            self.run_stage(on_go.run(work, LONG))
        why = self.state_.value("SELECT why FROM skipped WHERE what = 'real Go'")
        self.assertEqual(why, "no Go toolchain is installed")

    def test_known_bugs_of_real_go_are_told_as_they_are_now(self) -> None:
        new = {"toolchain": "go1.99", "mode": "plain"}
        variants = [{"toolchain": "go1.19.8", "mode": "plain"}, new]
        here = {"file": "x/lost_goexit.go", "known": "lost Goexit", "signature": "s"}
        wrong = [{**here, **variants[0]}, {**here, **new, "known": None}]
        compared = [{"file": f"x/{name}.go"} for name in ("lost_goexit", "skipped_defer")]
        document = {"variants": variants, "compared": compared, "disagreements": wrong}
        self.quake(f"import json; print(json.dumps({document!r}))")
        work = self.work()
        with mock.patch.object(on_go.toolchain, "find"):
            with mock.patch.object(on_go, "LEAST_SECONDS", 2 * LONG):
                self.run_stage(on_go.run(work, LONG))
        self.assertEqual(
            on_go.trophy_states(work),
            [
                ("go1.19.8 plain", "lost_goexit", "still there"),
                ("go1.19.8 plain", "skipped_defer", "fixed"),
                ("go1.99 plain", "lost_goexit", "a new toolchain: wrong"),
                ("go1.99 plain", "skipped_defer", "a new toolchain: right"),
            ],
        )
        self.assertEqual(self.looks(work), [("s", 1)])

    def test_findings_on_real_go_are_noted_once_and_followed_when_they_move(self) -> None:
        work = self.work()
        first = store(self.state_.go, "exit became hang", on="go1.19.8 plain")
        on_go.take_findings(work)
        self.assertEqual(self.looks(work), [("exit became hang", 1)])
        place = self.state_.value("SELECT place FROM finding")
        self.assertEqual(place, f"go/{first.name}")
        first.rename(first.with_name("smaller"))
        work = self.work()
        on_go.take_findings(work)
        self.assertEqual(self.looks(work), [])
        self.assertEqual(self.state_.value("SELECT place FROM finding"), "go/smaller")

    def test_a_finding_on_real_go_is_run_again_with_its_options(self) -> None:
        work = self.work()
        place = store(self.state_.go, "exit became hang", on="go1.19.8 plain")
        on_go.take_findings(work)
        nest = str(place / "nest.go")
        command = f"scripts/quake go --mode=plain --no-known {nest}"
        self.state_.write("UPDATE finding SET command = ?", command)
        shown = [{"file": nest, "known": "an entry"}]
        for disagreements, seen in ((shown, 1), ([], 0)):
            self.quake(f"""
import json, sys
assert sys.argv[1:] == ["go", "--json", "--mode=plain", {nest!r}], sys.argv
print(json.dumps({{"disagreements": {disagreements!r}}}))
""")
            work = self.work()
            self.run_stage(on_go._look_again(work, LONG))
            self.assertEqual(self.looks(work), [("exit became hang", seen)])
            known = self.state_.value("SELECT known FROM sighting WHERE night = ?", work.night.id)
            self.assertEqual(known, "an entry" if seen else None)
