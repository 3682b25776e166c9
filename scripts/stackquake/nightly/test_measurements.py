"""Tests of searching.py and benchmarks.py: which defects a night has, and what raises an alarm."""

import unittest

from stackquake.jobs.designs import Defect, Inventory
from stackquake.nightly import benchmarks, searching
from stackquake.nightly.nights import Night
from stackquake.nightly.searching import History

SLUGS = [f"defect-{number:02}" for number in range(32)]
INVENTORY = Inventory((), tuple(Defect(slug, "go1.4", "0", "throw", "") for slug in SLUGS), ())
USUAL = [2.0, 2.1, 2.2, 2.3, 2.4]
LATE = [5.0, 5.1, 5.2, 5.3, 5.4]


def night(number: int) -> Night:
    return Night(number, 20, "v", ("go1.4",), 7)


class TrialsTest(unittest.TestCase):
    def alarms(self, *nights: list[float], others: int = 0) -> list[str]:
        """With this history of a defect, and so many others that are as they were."""
        history = History("one", [(number, times) for number, times in enumerate(nights, 1)])
        same = [(number, USUAL) for number in range(1, len(nights) + 1)]
        several = [history, *(History(f"other {n}", same) for n in range(others))]
        return [alarm.defect for alarm in searching.alarms(several, night(len(nights)))]

    def test_three_nights_have_all_defects_once(self) -> None:
        thirds = [searching.third(INVENTORY, number) for number in (1, 2, 3)]
        self.assertEqual(sorted(slug for third in thirds for slug in third), SLUGS)
        self.assertEqual(searching.third(INVENTORY, 4), thirds[0])

    def test_each_night_has_seeds_of_its_own(self) -> None:
        one, again = (searching.planned(night(1), SLUGS[:2]) for _ in range(2))
        self.assertEqual(one, again)
        other = searching.planned(Night(2, 20, "v", ("go1.4",), 8), SLUGS[:2])
        self.assertFalse({trial.seed for trial in one} & {trial.seed for trial in other})

    def test_what_takes_longer_raises_an_alarm(self) -> None:
        self.assertEqual(self.alarms(USUAL, USUAL, LATE), ["one"])
        self.assertEqual(self.alarms(USUAL, USUAL, LATE, others=5), ["one"])

    def test_what_is_alike_or_sooner_raises_none(self) -> None:
        self.assertEqual(self.alarms(USUAL, USUAL, USUAL), [])
        self.assertEqual(self.alarms(LATE, LATE, USUAL), [])
        self.assertEqual(self.alarms(LATE), [])

    def test_many_defects_need_more_certainty(self) -> None:
        self.assertEqual(self.alarms(USUAL, LATE), ["one"])
        self.assertEqual(self.alarms(USUAL, LATE, others=10), [])


class BenchmarksTest(unittest.TestCase):
    def moved(self, *times: float) -> list[float]:
        by_night = {"copy": dict(enumerate(times, 1))}
        return [round(one.ratio, 2) for one in benchmarks.moved(by_night, night(len(times)))]

    def test_what_is_beyond_the_noise_has_moved(self) -> None:
        self.assertEqual(self.moved(100, 101, 99, 150), [1.5])
        self.assertEqual(self.moved(100, 101, 99, 50), [0.5])

    def test_what_is_within_the_noise_has_not(self) -> None:
        self.assertEqual(self.moved(100, 101, 99, 109), [])
        self.assertEqual(self.moved(100, 130, 70, 160), [])

    def test_a_few_nights_are_needed(self) -> None:
        self.assertEqual(self.moved(100, 100, 150), [])


if __name__ == "__main__":
    unittest.main()
