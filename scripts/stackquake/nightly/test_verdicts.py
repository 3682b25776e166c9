"""Tests of verdicts.py: what is told of a finding, night after night."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

from stackquake.nightly import nights, verdicts
from stackquake.nightly.nights import Night
from stackquake.nightly.sightings import Seen, note, note_look
from stackquake.nightly.state import State, open_state

SEEN = Seen("fuzz", "nest", "go1.4", (), "throw", "throw:f", "m", "c")


class VerdictsTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        opened = open_state(Path(folder.name) / "state")
        self.state: State = opened.__enter__()
        self.addCleanup(opened.__exit__, None, None, None)

    def night(self) -> Night:
        version = f"v{1 + len(self.state.rows('SELECT * FROM night'))}"
        return nights.begin(self.state, 1, version, ["go1.4"], 1)

    def told(self, *seen: Seen, gone: tuple[int, ...] = ()) -> list[tuple[str, str]]:
        """A night that sees these, and looks in vain for those; what it tells."""
        night = self.night()
        for one in seen:
            note(self.state, night, "fuzz", one)
        for number in gone:
            note_look(self.state, night, "replay", number, False)
        found = verdicts.judge_all(self.state, night)
        nights.end(self.state, night)
        return [(verdict.status, verdict.note) for verdict in found.values()]

    def test_a_finding_comes_stays_goes_and_comes_back(self) -> None:
        self.assertEqual(self.told(), [])
        self.assertEqual(self.told(SEEN), [("new", "")])
        self.assertEqual(self.told(SEEN), [("still there", "")])
        self.assertEqual(self.told(), [("not looked at", "")])
        gone = ("gone", "since v5; it was there at v3")
        self.assertEqual(self.told(gone=(1,)), [gone])
        self.assertEqual(self.told(gone=(1,)), [])
        self.assertEqual(self.told(), [])
        self.assertEqual(self.told(SEEN), [("back", "it was gone at v5")])
        self.assertEqual(self.told(SEEN), [("still there", "")])

    def test_it_is_there_if_any_stage_sees_it(self) -> None:
        self.told(SEEN)
        self.assertEqual(self.told(SEEN, gone=(1,)), [("still there", "")])

    def test_another_target_sees_the_same_and_another_design_another(self) -> None:
        others = replace(SEEN, target="goroutines"), replace(SEEN, design="seed")
        self.assertEqual(self.told(SEEN, *others), [("new", ""), ("new", "")])
        go = replace(SEEN, design=None, target="go1.19.8 plain")
        self.assertEqual(len(self.told(go, replace(go, target="go1.19.8 race"))), 4)

    def test_a_known_finding_is_new_when_its_entry_has_expired(self) -> None:
        known = replace(SEEN, known="an entry")
        self.assertEqual(self.told(known), [("known", "an entry")])
        self.assertEqual(self.told(known), [("known", "an entry")])
        expired = ("new", "no entry of known.json has it any more")
        self.assertEqual(self.told(SEEN), [expired])
        self.assertEqual(self.told(SEEN), [("still there", "")])

    def test_what_a_killed_night_found_is_told_by_the_next_one(self) -> None:
        night = self.night()
        note(self.state, night, "fuzz", SEEN)  # killed before it told of it
        told = ("new", "a night that was killed had found it; it is not seen now")
        self.assertEqual(self.told(gone=(1,)), [told])
        self.assertEqual(self.told(gone=(1,))[0][0], "gone")

    def test_verdicts_of_one_night_can_be_made_again(self) -> None:
        night = self.night()
        note(self.state, night, "fuzz", SEEN)
        for _ in range(2):
            self.assertEqual(verdicts.judge_all(self.state, night)[1].status, "new")

    def test_another_signature_of_a_known_mistake_is_known(self) -> None:
        second, third = replace(SEEN, signature="throw:g"), replace(SEEN, signature="throw:h")
        self.told(SEEN)
        self.state.write("UPDATE finding SET mistake = 'slug'")
        night = self.night()
        for one in (second, third):
            note(self.state, night, "fuzz", one)
        self.state.write("UPDATE finding SET mistake = 'slug' WHERE id = 2")
        told = verdicts.judge_all(self.state, night)
        self.assertEqual(told[2], verdicts.Verdict("known", "another signature of slug"))
        self.assertEqual(told[3].status, "new")


if __name__ == "__main__":
    unittest.main()
