"""Tests of whole campaigns, with a program that behaves like a libFuzzer target."""

import asyncio
import json
import unittest
from pathlib import Path
from unittest import mock

from stackquake import inputs, targets
from stackquake.campaign import tools
from stackquake.campaign.selftest import Planted
from stackquake.findings.telling import Told
from stackquake.jobs.designs import Defect, Design, Inventory
from stackquake.poison import mode_of
from stackquake.series import seed_of
from stackquake.settings import Settings
from stackquake.status import QuakeError, Status
from stackquake.verbs import fuzz
from stackquake.verbs.fuzz_case import FuzzCase

INVENTORY = Inventory(
    (Design("go1.4"), Design("old", ("built-in",))),
    (Defect("x", "go1.4", "0", "stale-pointer", ""),),
    (),
)


async def halve(nest: Path, settings: Settings, signature: str, seconds: float) -> bytes | None:
    """Stands in for the reducer."""
    data = nest.read_bytes()
    return data[len(data) // 2 :]


class FuzzTest(FuzzCase):
    def test_nothing_found(self) -> None:
        status, result = self.fuzz()
        self.assertEqual(status, Status.OK)
        self.assertEqual(
            list(result),
            "target design defects poison mutator executions seconds edges features compared_runs "
            "valid rejected situations findings problems".split(),
        )
        self.assertGreater(result["executions"], 10)
        self.assertEqual((result["edges"], result["findings"]), (5, []))
        self.assertFalse((self.folder / "findings").exists())

    def test_what_happened_in_the_runs_is_summed_up(self) -> None:
        with mock.patch("stackquake.campaign.situations.LONG_ENOUGH_SECONDS", 0.5):
            _, result = self.fuzz()
        self.assertEqual(result["situations"]["copies"], result["executions"])
        self.assertEqual(result["valid"], result["executions"])
        self.assertIn("warning: never occurred: sudogs in a copy", self.errors.getvalue())
        self.assertNotIn("occurred: copies", self.errors.getvalue())

    def test_the_working_corpus_is_kept_and_used(self) -> None:
        self.fuzz()
        kept = [file for file in self.corpus.iterdir() if file.name[0] != "."]
        self.assertEqual([file.read_bytes() for file in kept], [b"new"])
        self.fuzz()
        self.assertTrue((self.corpus / inputs.name_of(b"new")).exists())
        (self.corpus / "mine").write_text("CRASH of old")
        _, result = self.fuzz()
        self.assertEqual([finding["check"] for finding in result["findings"]], ["crash"])

    def test_a_worker_is_replaced_when_its_shift_is_over(self) -> None:
        """So its memory has a bound, and the counts of all are summed up."""
        log = self.folder / "log"
        note = f"print(flags['seed'], len(list(paths[0].iterdir())), file=open({str(log)!r}, 'a'))"
        with mock.patch("stackquake.campaign.campaign.SHIFT_SECONDS", 1):
            status, result = self.fuzz("--seconds=3", "--workers=1", before=note)
        self.assertEqual(status, Status.OK)
        workers = [line.split() for line in log.read_text().splitlines()]
        (first, fresh), (second, learned), *_ = workers
        self.assertEqual([int(first), int(second)], [seed_of(7, 0), seed_of(7, 1)])
        self.assertEqual(fresh, "0")
        self.assertNotEqual(learned, "0")
        self.assertGreaterEqual(result["seconds"], 2.5)

    def test_the_first_finding_ends_the_campaign_and_is_stored(self) -> None:
        status, result = self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.FOUND)
        self.assertLess(result["seconds"], 30)
        [finding] = result["findings"]
        self.assertEqual(finding["check"], "stale-pointer")
        self.assertEqual(finding["signature"], "stale-pointer adjustdefers")
        self.assertGreaterEqual(finding["executions_to_find"], 3)
        self.assertEqual(self.files("*/original.go"), [])
        nest = Path(finding["file"])
        self.assertEqual(nest.name, "nest.go")
        self.assertRegex(nest.parent.name, r"^stale-pointer-adjustdefers-[0-9a-f]{10}$")
        self.assertEqual(nest.read_bytes(), b"a BUG")
        [record] = self.stored()
        self.assertEqual(record["defects"], ["x"])
        self.assertIn(record["seed"], [seed_of(7, 0), seed_of(7, 1)])
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 10})
        self.assertEqual(
            record["replay"],
            f"scripts/quake run --design=go1.4 --defect=x --poison=none {nest}",
        )
        self.assertEqual((record["poison"], finding["poison"]), ("none", "none"))
        self.assertEqual(mode_of("mixed", b"a BUG"), "none")

    def test_a_finding_is_reduced_and_its_story_told(self) -> None:
        self.reduce = halve
        self.fuzz("--seconds=60", "--defect=x", found=b"much text, a BUG")
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("t, a BUG", True))
        self.assertEqual(record["reliability"], {"replays": 10, "reproduced": 10})
        [original], [story] = self.files("*/original.go"), self.files("*/story.md")
        self.assertEqual(original.read_bytes(), b"much text, a BUG")
        self.assertIn("\nVIOLATION --trace --design=go1.4\n", story.read_text())

    def test_a_finding_has_the_story_that_explains_it_and_its_page(self) -> None:
        async def tell(nest: Path, settings: Settings) -> Told:
            return Told(f"# {nest.name} with {settings.poison}\n".encode(), "<html>")

        self.tell = tell
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        [story], [page] = self.files("*/story.md"), self.files("*/story.html")
        text = story.read_text()
        self.assertTrue(text.startswith("# nest.go with none\n"), text)
        self.assertIn(f"\n    {self.stored()[0]['replay']}\n", text)
        self.assertEqual(page.read_text(), "<html>")

    def test_a_run_that_ends_what_explains_it_has_its_trace(self) -> None:
        async def tell(nest: Path, settings: Settings) -> None:
            return None

        self.tell = tell
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        [story] = self.files("*/story.md")
        self.assertIn("\nVIOLATION --trace", story.read_text())
        self.assertEqual(self.files("*/story.html"), [])

    def test_the_reducer_is_waited_for_when_the_workers_have_ended(self) -> None:
        built = asyncio.Event()

        async def prepare() -> None:
            built.set()

        async def reduce(nest: Path, settings: Settings, signature: str, seconds: float) -> bytes:
            await built.wait()
            return nest.read_bytes()[-3:]

        self.prepare, self.reduce = prepare, reduce
        with mock.patch("stackquake.campaign.casebook.CLOSING_SECONDS", 20):
            self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual([record["nest"] for record in self.stored()], ["BUG"])

    def test_a_reduction_that_loses_the_signature_is_not_taken(self) -> None:
        self.reduce = halve
        self.fuzz("--seconds=60", "--defect=x", found=b"BUG and much text")
        [record] = self.stored()
        self.assertEqual((record["nest"], record["reduced"]), ("BUG and much text", False))
        self.assertEqual(self.files("*/original.go"), [])

    def test_a_finding_keeps_the_mode_that_showed_it(self) -> None:
        modes = []

        async def reduce(nest: Path, settings: Settings, signature: str, seconds: float) -> bytes:
            modes.append(settings.poison)
            return b"BUG"

        self.reduce = reduce
        self.fuzz("--seconds=60", "--defect=x", found=b"a BUG")
        self.assertEqual(modes, ["none"])
        self.assertNotEqual(mode_of("mixed", b"BUG"), "none")
        [record] = self.stored()
        self.assertEqual((record["nest"], record["poison"]), ("BUG", "none"))
        self.assertIn("--poison=none", record["replay"])

    def test_a_mode_can_be_named(self) -> None:
        self.fuzz("--seconds=60", "--defect=x", "--poison=protect", found=b"a BUG")
        self.assertEqual(self.stored()[0]["poison"], "protect")

    def test_a_crash_is_shown_by_the_build_that_tells_of_it(self) -> None:
        self.fuzz("--seconds=60", "--poison=fill", found=b"a CRASH")
        self.assertRegex(self.stored()[0]["replay"], "^build/fuzz/bin/run_nests .*--poison=fill")

    def test_a_variation_that_crashes_is_the_finding(self) -> None:
        self.fuzz("--seconds=60", "--poison=fill", found=b"VARY")
        [record] = self.stored()
        [nest] = (self.folder / "findings").glob("*/nest.go")
        self.assertEqual(nest.read_bytes(), b"a CRASH, varied")
        self.assertEqual(record["reliability"]["reproduced"], record["reliability"]["replays"])

    def test_a_finding_that_replays_do_not_show_says_so(self) -> None:
        with mock.patch("stackquake.findings.finding.REPLAYS", 30):
            self.fuzz(found=b"FLAKY")
        reliability = self.stored()[0]["reliability"]
        self.assertEqual(reliability["replays"], 30)
        self.assertTrue(0 < reliability["reproduced"] < 30)

    def test_equal_signatures_are_kept_once(self) -> None:
        status, result = self.fuzz("--keep-going", "--seconds=2", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(len(result["findings"]), 1)
        [record] = self.stored()
        self.assertGreater(record["times_seen"], 1)
        self.assertGreater(result["seconds"], 1.5)

    def test_a_seed_that_shows_the_defect_is_found_once_and_then_left_out(self) -> None:
        self.seed("defect.go", "a BUG")
        _, result = self.fuzz("--keep-going", "--defect=x", "--workers=1")
        [record] = self.stored()
        self.assertEqual(record["nest"], "a BUG")
        self.assertEqual(record["times_seen"], 1)
        self.assertGreater(result["executions"], 10)
        self.assertTrue((self.seeds / "defect.go").exists())

    def known(self, **changes: str) -> str:
        """The option for a list with one entry."""
        entry = {"name": "old bug", "runtime": "reference", "reason": "r", "link": "l"}
        entry |= {"expires": "9999-01-01", "signature": "stale-pointer .*", **changes}
        file = self.folder / "known.json"
        file.write_text(json.dumps([entry]))
        return f"--known={file}"

    def test_a_known_finding_is_told_as_known_and_ends_nothing(self) -> None:
        status, result = self.fuzz(self.known(), "--seconds=2", "--defect=x", found=b"a BUG")
        self.assertEqual(status, Status.OK)
        self.assertGreater(result["seconds"], 1.5)
        self.assertEqual([one["known"] for one in result["findings"]], ["old bug"])
        [record] = self.stored()
        self.assertEqual(record["known"], "old bug")
        text = self.fuzz_as_text(self.known(), "--defect=x", found=b"a BUG")
        self.assertIn("stale-pointer adjustdefers (known: old bug)\n", text)

    def test_an_entry_that_has_expired_or_fits_not_leaves_a_finding_new(self) -> None:
        for changes in ({"expires": "2020-01-01"}, {"signature": "another"}):
            option = self.known(**changes)
            status, result = self.fuzz(option, "--seconds=60", "--defect=x", found=b"a BUG")
            self.assertEqual(status, Status.FOUND)
            self.assertEqual([one["known"] for one in result["findings"]], [None])
        self.assertIn("old bug has expired on 2020-01-01", self.errors.getvalue())

    def test_a_failing_seed_forbids_the_campaign(self) -> None:
        self.seed("bad.go", "a BUG ALWAYS")
        status, result = self.fuzz()
        self.assertEqual(status, Status.FOUND)
        self.assertEqual(result["executions"], 0)
        self.assertEqual(result["findings"][0]["file"], str(self.seeds / "bad.go"))
        self.assertIn("scripts/quake run --design=go1.4 ", self.errors.getvalue())
        self.assertIn("bad.go", self.errors.getvalue())

    def test_a_failing_seed_is_shown_again_by_the_program_of_its_target(self) -> None:
        self.seed("bad.go", "a BUG ALWAYS")
        self.assertEqual(self.fuzz("--target=designs")[0], Status.FOUND)
        self.assertIn("bin/replay_designs --design=go1.4 ", self.errors.getvalue())

    def test_a_target_that_finds_its_planted_defects_may_fuzz(self) -> None:
        self.seed("defect.go", "a BUG")
        planted = Planted("x", "go1.4", self.seeds / "defect.go")
        self.assertEqual(self.fuzz(defects=[planted])[0], Status.OK)

    def test_a_target_that_does_not_find_a_planted_defect_is_refused(self) -> None:
        planted = Planted("lost", "go1.4", self.seeds / "plain.go")
        with self.assertRaisesRegex(QuakeError, "does not find lost in .*plain.go$") as caught:
            self.fuzz(defects=[planted])
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_target_that_is_not_instrumented_is_refused(self) -> None:
        self.watched = {"nest": targets.Watched("_ZN", 1, 1)}
        with self.assertRaisesRegex(QuakeError, "not fuzzing: the seeds reach 0 edges") as caught:
            self.fuzz()
        self.assertEqual(caught.exception.status, Status.MISSING)
        with self.assertRaisesRegex(QuakeError, "not fuzzing: .* 0 calls of AddressSanitizer"):
            self.fuzz("--no-seeds")

    def test_no_seeds_starts_from_nothing(self) -> None:
        self.seed("bad.go", "a BUG ALWAYS")
        status, _ = self.fuzz("--no-seeds")
        self.assertEqual(status, Status.OK)

    def test_an_unknown_target_is_refused_with_those_that_exist(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            tools.build_tools("nst", verbose=False)
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertRegex(str(caught.exception), r"the targets are .*\bnest\b")

    def test_a_defect_that_the_design_has_not_is_refused_in_a_line(self) -> None:
        fuzz.check_settings(self.arguments("--defect=x"), INVENTORY)
        for options in (["--defect=y"], ["--design=old", "--defect=x"], ["--design=none"]):
            with self.assertRaises(QuakeError) as caught:
                fuzz.check_settings(self.arguments(*options), INVENTORY)
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            self.assertNotIn("\n", str(caught.exception))

    def test_only_a_design_with_defects_built_in_fails_on_its_seeds(self) -> None:
        self.assertTrue(fuzz.wrong_without_defects(self.arguments("--design=old"), INVENTORY))
        self.assertFalse(fuzz.wrong_without_defects(self.arguments(), INVENTORY))
        designs = self.arguments("--design=old", "--target=designs")
        self.assertFalse(fuzz.wrong_without_defects(designs, INVENTORY))

    def test_what_is_no_nest_is_stored_and_replayed_as_it_is(self) -> None:
        self.fuzz("--seconds=60", "--defect=x", "--target=copier", found=b"\xff BUG")
        [input_file] = self.files("*/nest.input")
        self.assertEqual(input_file.read_bytes(), b"\xff BUG")
        self.assertEqual(self.files("*/*.go"), [])
        [record] = self.stored()
        self.assertIsNone(record["nest"])
        flags = "--design=go1.4 --defect=x --poison=" + mode_of("mixed", b"\xff BUG")
        self.assertTrue(record["replay"].endswith(f"/replay_copier {flags} {input_file}"))

    def test_a_target_that_refuses_its_flags_is_bad_usage(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz("--seconds=60", before="count = 0; say('no such defect'); leave(2)")
        self.assertEqual(caught.exception.status, Status.BAD_INPUT)
        self.assertIn("no such defect", str(caught.exception))

    def test_a_target_that_dies_at_once_is_something_missing(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz("--seconds=60", before="count = 0; leave(9)")
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_doing_nothing_is_an_error(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.fuzz("--seconds=60", before="count = 0; leave(0)")
        self.assertEqual(caught.exception.status, Status.MISSING)


if __name__ == "__main__":
    unittest.main()
