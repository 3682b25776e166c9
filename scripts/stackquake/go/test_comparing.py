"""Tests of comparing.py: which disagreements are taken for known bugs, and which do not count."""

import unittest
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake.go import comparing, nests
from stackquake.go.comparing import Case, Classified, Comparer, Disagreement
from stackquake.go.crash import Behaviour
from stackquake.go.known import Known
from stackquake.go.modes import MODES
from stackquake.go.program import Limits
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant

EXIT: Behaviour = {"outcome": {"kind": "exit", "chain": []}, "traces": []}
DEADLOCK: Behaviour = {"outcome": {"kind": "deadlock", "chain": []}, "traces": []}
VARIANT = Variant(Toolchain(Path("/go"), "go1.19.8", (1, 19), Path("/root")), MODES["plain"])
TABLE = [
    Known("one", "w", "go", "1.0-", mend="lost-goexit", events=("lost-goexit",)),
    Known("other", "w", "go", "1.0-", mend="skipped-defer", events=("skipped-defer",)),
]


# Of 256 schedules one traces.
RARE_RACE = """package main

func main() {
	ch := make(chan int, 8)
	x := 0
	for i := 0; i < 8; i++ {
		ch <- i
		select {
		case <-ch:
		case <-ch:
			x = x + 1
		}
	}
	if x == 8 {
		trace(1)
	}
}
"""
NO_RACE = """package main

func main() {
	trace(1)
}
"""


class CertainComparer(Comparer):
    """Its nests, which are none, depend on no schedule."""

    def depending_on_schedule(self, suspects: Sequence[Disagreement]) -> list[Disagreement]:
        """As Comparer has it."""
        return []


class MendedComparer(CertainComparer):
    """Says that a nest is right where all mends and flags are there that its text names."""

    def suspects(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> list[Disagreement]:
        """As Comparer has it."""
        made = [*(mend.name for mend in variant.mends), *variant.mode.main_flags.split()]
        return [
            Disagreement(case, variant, DEADLOCK)
            for case in cases
            if not set(case.text.split()) <= set(made)
        ]


class EndTest(unittest.TestCase):
    """With the race detector, which needs cgo, a program in which all wait does not end."""

    def test_nests_that_would_wait_for_ever_are_not_run(self) -> None:
        race = replace(VARIANT, mode=MODES["race"])
        for expected, can_end in ((EXIT, True), (DEADLOCK, False)):
            case = Case("x", "x", expected)
            self.assertTrue(case.can_end_on(VARIANT))
            self.assertEqual(case.can_end_on(race), can_end)


class KnownTest(unittest.TestCase):
    """Bugs that can be mended."""

    def names(self, table: list[Known], *texts: str) -> list[str | None]:
        """What each nest is taken for; its words are the mends that it needs, and what happens."""
        comparer = MendedComparer(table=table)
        cases = [Case(text, text, EXIT, tuple(text.split())) for text in texts]
        found = comparer.suspects(VARIANT, cases)
        return [one.known for one in comparer.name_known(VARIANT, found)]

    def test_a_nest_shows_the_bug_without_which_it_is_right(self) -> None:
        self.assertEqual(self.names(TABLE, "skipped-defer", "lost-goexit"), ["other", "one"])

    def test_bugs_that_look_alike_are_told_together(self) -> None:
        self.assertEqual(self.names(TABLE, "lost-goexit skipped-defer"), ["one or other"])

    def test_what_no_mend_puts_right_is_new(self) -> None:
        self.assertEqual(self.names(TABLE, "lost-goexit nonesuch"), [None])

    def test_a_nest_in_which_it_does_not_happen_does_not_show_a_bug(self) -> None:
        table = [replace(entry, events=("nonesuch",)) for entry in TABLE]
        self.assertEqual(self.names(table, "lost-goexit"), [None])

    def test_a_flag_may_put_right_what_no_mend_does(self) -> None:
        table = [*TABLE, Known("c", "w", "go", "1.0-", flags="-N", events=("-N",))]
        names = self.names(table, "-N", "lost-goexit -N", "lost-goexit")
        self.assertEqual(names, ["c", "one and c", "one"])

    def test_a_bug_may_hide_another_that_looks_otherwise(self) -> None:
        class HidingComparer(MendedComparer):
            """Without the mend a nest waits for ever, without the flag it only traces too much."""

            def suspects(
                self,
                variant: Variant,
                cases: Sequence[Case],
                step: Callable[[int], None] = lambda n: None,
            ) -> list[Disagreement]:
                """As Comparer has it."""
                found = super().suspects(variant, cases, step)
                traces: Behaviour = {**EXIT, "traces": [[1]]}
                return [replace(one, actual=traces) if variant.mends else one for one in found]

        def name(hidden: Known) -> str | None:
            comparer = HidingComparer(table=[TABLE[0], hidden])
            case = Case("x", "lost-goexit -l", EXIT, ("lost-goexit",))
            found = comparer.suspects(VARIANT, [case])
            return comparer.name_known(VARIANT, found)[0].known

        hidden = Known("hidden", "w", "go", "1.0-", flags="-l", signature="exit; more is traced")
        self.assertEqual(name(hidden), "one and hidden")
        self.assertIsNone(name(replace(hidden, flags="-N")))
        self.assertIsNone(name(replace(hidden, signature="exit; less is traced")))

    def test_a_bug_without_a_cure_is_known_by_its_looks(self) -> None:
        table = [Known("looks", "w", "go", "1.0-", signature="exit became .*", events=("x",))]
        self.assertEqual(self.names(table, "x nonesuch", "nonesuch"), ["looks", None])

    def test_one_mended_runtime_is_built_for_all(self) -> None:
        built: set[int] = set()
        comparer = MendedComparer(table=TABLE)
        cases = [Case(text, text, EXIT, (text,)) for text in ("lost-goexit", "skipped-defer", "x")]
        found = comparer.suspects(VARIANT, cases)
        suspects = comparer.suspects

        def note(variant: Variant, *rest: Any) -> list[Disagreement]:
            built.add(len(variant.mends))
            return suspects(variant, *rest)

        with mock.patch.object(comparer, "suspects", note):
            comparer.name_known(VARIANT, found)
        self.assertEqual(built, {len(TABLE)})

    def test_a_mended_run_gets_more_time_if_it_needs_it(self) -> None:
        class BusyComparer(MendedComparer):
            """Has nests that need two seconds with the mend, or for ever."""

            def suspects(
                self,
                variant: Variant,
                cases: Sequence[Case],
                step: Callable[[int], None] = lambda n: None,
            ) -> list[Disagreement]:
                """As Comparer has it."""
                if not variant.mends:
                    return super().suspects(variant, cases, step)
                hangs = [case for case in cases if self._seconds < 2 or "hangs" in case.text]
                return [Disagreement(case, variant, late()) for case in hangs]

        cases = [Case(text, text, EXIT, ("lost-goexit",)) for text in ("slow", "hangs")]
        found = [Disagreement(case, VARIANT, DEADLOCK) for case in cases]
        with mock.patch.object(comparing, "Comparer", BusyComparer):
            named = BusyComparer(Limits(seconds=1), table=TABLE).name_known(VARIANT, found)
        self.assertEqual([one.known for one in named], ["one", None])

    def test_without_a_table_nothing_is_known(self) -> None:
        self.assertEqual(self.names([], "lost-goexit"), [None])


class WholeTextsTest(unittest.TestCase):
    """Thousands of suspects at once, as a broken runtime has them."""

    def test_disagreements_are_not_compared_with_each_other(self) -> None:
        comparer = MendedComparer(table=TABLE)
        texts = ["lost-goexit", "lost-goexit skipped-defer", "lost-goexit nonesuch"]
        cases = [
            Case(str(i), f"{texts[i % 3]}{' ' * (i + 1)}", EXIT, tuple(texts[i % 3].split()))
            for i in range(3000)
        ]
        found = comparer.suspects(VARIANT, cases)
        refuse = mock.Mock(side_effect=AssertionError)
        with (
            mock.patch.object(Disagreement, "__eq__", refuse),
            mock.patch.object(comparer, "_confirm", lambda variant, suspects: (suspects, [])),
        ):
            classified = comparer.classify(VARIANT, found)
        names = Counter(one.known for one in classified.steady)
        self.assertEqual(names, {"one": 1000, "one or other": 1000, None: 1000})


class RarelyComparer(CertainComparer):
    """Says of a nest called "N MEND" that it is wrong in its first N tries without the mend."""

    def __init__(self) -> None:
        super().__init__(table=TABLE)
        self.wrong: Counter[tuple[str, str]] = Counter()  # by text and mends

    def _confirm(
        self, variant: Variant, suspects: Sequence[Disagreement]
    ) -> tuple[list[Disagreement], list[Disagreement]]:
        """As Comparer has it."""
        return [], list(suspects)

    def suspects(
        self, variant: Variant, cases: Sequence[Case], step: Callable[[int], None] = lambda n: None
    ) -> list[Disagreement]:
        """As Comparer has it."""
        wrong: list[Disagreement] = []
        for case in cases:
            times, mend = case.text.split()
            made = " ".join(one.name for one in variant.mends)
            if mend not in made and self.wrong[case.text, made] < int(times):
                self.wrong[case.text, made] += 1
                wrong.append(Disagreement(case, variant, DEADLOCK))
        return wrong


class ScheduleTest(unittest.TestCase):
    """What is wrong only by a schedule that some others do not show."""

    def test_is_not_looked_at(self) -> None:
        nests.ensure_programs()
        one = Disagreement(Case("race", RARE_RACE, EXIT), VARIANT, DEADLOCK)
        other = Disagreement(Case("none", NO_RACE, EXIT), VARIANT, DEADLOCK)
        [rare] = nests.expect([RARE_RACE])
        assert isinstance(rare, nests.Expected)
        self.assertIsNone(rare.not_compared)
        self.assertEqual(Comparer().depending_on_schedule([one, other]), [one])


class UnsteadyTest(unittest.TestCase):
    """What is wrong only at times."""

    def classified(self, text: str) -> tuple[list[str | None], int]:
        """What it counts as, and how many count for nothing."""
        suspect = Disagreement(Case(text, text, EXIT, (text.split()[1],)), VARIANT, DEADLOCK)
        classified = RarelyComparer().classify(VARIANT, [suspect])
        return [one.known for one in classified.steady], len(classified.unsteady)

    def test_is_known_if_it_is_often_wrong_and_never_without_a_bug(self) -> None:
        self.assertEqual(self.classified("5 lost-goexit"), (["one"], 0))

    def test_is_not_known_if_it_is_rarely_wrong(self) -> None:
        self.assertEqual(self.classified("2 lost-goexit"), ([], 1))

    def test_is_not_known_if_it_is_wrong_without_known_bugs(self) -> None:
        self.assertEqual(self.classified("5 nonesuch"), ([], 1))


def late(*trace: int) -> Behaviour:
    """What a nest has done when its time is up."""
    return {"outcome": {"kind": "fuel", "chain": []}, "traces": [list(trace)] if trace else []}


class LateTest(unittest.TestCase):
    """What took too long: a nest that is to trace 1 2 3, and has traced 1."""

    def classified(self, later: Behaviour | None) -> Classified:
        """What becomes of it that does this when it is given much longer, or then is right."""
        given: list[float] = []

        class SlowComparer(MendedComparer):
            """Says what nests do that get more than the usual time."""

            def suspects(
                self,
                variant: Variant,
                cases: Sequence[Case],
                step: Callable[[int], None] = lambda n: None,
            ) -> list[Disagreement]:
                """As Comparer has it."""
                given.append(self._seconds)
                return [Disagreement(case, variant, later) for case in cases] if later else []

            def _confirm(
                self, variant: Variant, suspects: Sequence[Disagreement]
            ) -> tuple[list[Disagreement], list[Disagreement]]:
                """As Comparer has it."""
                return list(suspects), []

        expected: Behaviour = {"outcome": EXIT["outcome"], "traces": [[1, 2, 3]]}
        suspect = Disagreement(Case("x", "x", expected), VARIANT, late(1))
        with mock.patch.object(comparing, "Comparer", SlowComparer):
            classified = SlowComparer(Limits(seconds=1), table=[]).classify(VARIANT, [suspect])
        self.assertIn(comparing.SLOW_RETRY_FACTOR, given)
        return classified

    def test_is_right_if_it_is_when_given_much_longer(self) -> None:
        self.assertEqual(self.classified(None), Classified([], [], [], []))

    def test_is_slow_if_it_goes_on_as_expected(self) -> None:
        classified = self.classified(late(1, 2))
        self.assertEqual((len(classified.steady), len(classified.slow)), (0, 1))

    def test_hangs_if_it_does_not_go_on(self) -> None:
        self.assertEqual(len(self.classified(late(1)).steady), 1)

    def test_is_wrong_if_it_goes_on_otherwise(self) -> None:
        self.assertEqual(len(self.classified(late(1, 3)).steady), 1)
        self.assertEqual(len(self.classified(late(1, 2, 3, 4)).steady), 1)


if __name__ == "__main__":
    unittest.main()
