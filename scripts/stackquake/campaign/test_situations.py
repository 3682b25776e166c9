"""Tests of situations.py."""

import unittest

from stackquake.campaign.situations import LONG_ENOUGH_SECONDS, Situations, read, total, warnings

LONG = LONG_ENOUGH_SECONDS + 1


class SituationsTest(unittest.TestCase):
    def test_counts_of_several_processes_add_up(self) -> None:
        one = read({"executions": 5, "valid": 3, "rejected": 1, "situations": {"a": 0, "b": 2}})
        two = read({"executions": 4, "valid": 0, "rejected": 4, "situations": {"b": 1, "c": 0}})
        whole = total([one, two])
        self.assertEqual(whole, Situations(9, 3, 5, {"a": 0, "b": 3, "c": 0}))
        self.assertEqual(whole.missing, ["a", "c"])
        self.assertEqual(whole.validity, 3 / 8)

    def test_what_never_happened_is_warned_of_in_a_long_campaign_only(self) -> None:
        situations = Situations(9, 9, 0, {"a": 0, "seen": 1, "b": 0})
        self.assertEqual(warnings(situations, LONG), ["never occurred: a, b"])
        self.assertEqual(warnings(situations, 1), [])

    def test_silence_is_warned_of(self) -> None:
        self.assertEqual(len(warnings(read({}), LONG)), 1)
        self.assertIsNone(read({}).validity)


if __name__ == "__main__":
    unittest.main()
