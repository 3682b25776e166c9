"""Tests of what is said of designs, by a record with known numbers."""

import unittest

from stackquake.compare import example
from stackquake.compare.example import BASELINE, GO, SLOW, WRONG
from stackquake.compare.record import Disagreement, Record
from stackquake.compare.text import headline
from stackquake.compare.verdicts import Analysis, Verdict


def verdict(record: Record, design: str) -> Verdict:
    """That of a design."""
    return next(one for one in Analysis(record).verdicts if one.design == design)


class RightTest(unittest.TestCase):
    def test_a_design_on_which_no_check_fired_is_right(self) -> None:
        told = verdict(example.record(), BASELINE)
        self.assertTrue(told.is_right)
        self.assertEqual(told.right, "right: no check fired in 4,000 runs")

    def test_a_design_with_a_built_in_defect_must_be_found_wrong(self) -> None:
        record = example.record()
        told = verdict(record, WRONG)
        self.assertTrue(told.is_right)
        self.assertRegex(told.right, "^wrong: stale-pointer in 3 of 4,000 runs, as expected")
        self.assertTrue(Analysis(record).is_as_expected)
        for one in record.checked_on(WRONG):
            one.wrong, one.checks = 0, {}
        self.assertFalse(verdict(record, WRONG).is_right)
        self.assertIn(WRONG, headline(Analysis(record)))

    def test_a_check_that_fires_makes_any_other_design_wrong(self) -> None:
        record = example.record()
        one = record.checked_on(BASELINE)[2]
        one.wrong, one.checks = 1, {"throw": 1}
        self.assertFalse(verdict(record, BASELINE).is_right)
        told = headline(Analysis(record))
        self.assertEqual(told, f"not as it should be: {BASELINE}, of 3 designs")

    def test_a_disagreement_makes_both_designs_wrong(self) -> None:
        record = example.record()
        record.disagreements = [Disagreement("a.go", "go1.4", {BASELINE: "exit", SLOW: "panic 1"})]
        self.assertFalse(verdict(record, BASELINE).is_right)
        self.assertFalse(verdict(record, SLOW).is_right)
        self.assertTrue(verdict(record, WRONG).is_right)

    def test_nothing_is_wrong_before_anything_was_run(self) -> None:
        record = example.record()
        record.checked = []
        self.assertTrue(Analysis(record).is_as_expected)
        self.assertEqual(headline(Analysis(record)), "3 designs, not checked")

    def test_what_one_design_alone_has_reached_is_told(self) -> None:
        record = example.record()
        self.assertEqual(Analysis(record).alone(), {SLOW: ["recover"]})
        del record.situations[BASELINE]
        self.assertEqual(Analysis(record).alone(), {})


class FoundTest(unittest.TestCase):
    def test_defects_that_no_trial_finds_count_as_not_found(self) -> None:
        self.assertEqual(
            verdict(example.record(), BASELINE).found, "1 of 2 defects found, the median in 2 s"
        )


class CostTest(unittest.TestCase):
    def test_growth_is_decided_by_counts(self) -> None:
        analysis = Analysis(example.record())
        chain = example.OPERATIONS[1]
        self.assertTrue(analysis.growth(SLOW, chain).is_worse)
        self.assertEqual(analysis.growth(SLOW, chain).timed, "N^2")
        self.assertFalse(analysis.growth(BASELINE, chain).is_worse)
        self.assertEqual(analysis.growth(BASELINE, chain).timed, "NlgN")

    def test_growth_on_a_toolchain_is_decided_by_times(self) -> None:
        growth = Analysis(example.record()).growth(GO, example.OPERATIONS[1])
        self.assertEqual((growth.counted, growth.decisive), (None, "N"))

    def test_the_verdict_names_what_grows_too_fast_and_counts_differences(self) -> None:
        told = verdict(example.record(), SLOW).cost
        self.assertEqual(
            told,
            "chain grows as N^2, not N;"
            " 0 operations are faster than on old, 7 slower, 0 alike",
        )

    def test_a_percent_is_no_difference(self) -> None:
        told = verdict(example.record(), WRONG).cost
        self.assertIn("; 0 operations are faster than on old, 0 slower, 6 alike", told)

    def test_few_rounds_tell_no_times_apart(self) -> None:
        record = example.record()
        record.rounds = record.rounds[:6]
        self.assertIn("7 rounds are needed", verdict(record, SLOW).cost)

    def test_the_verdict_tells_where_records_are(self) -> None:
        self.assertEqual(
            verdict(example.record(), BASELINE).memory,
            "100% of the deferred calls have a record in the heap, of 48 bytes on the average",
        )
        self.assertEqual(
            verdict(example.record(), SLOW).memory,
            "0% of the deferred calls have a record in the heap",
        )

    def test_a_copy_is_held_against_memcpy(self) -> None:
        ratio = Analysis(example.record()).times_memcpy(SLOW, example.OPERATIONS[2], 16)
        assert ratio is not None
        self.assertAlmostEqual(ratio, 2.2)


if __name__ == "__main__":
    unittest.main()
