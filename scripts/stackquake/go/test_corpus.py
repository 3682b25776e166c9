"""The corpus against real Go, and against what its tables and conventions say."""

import json
import re
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.go import nests
from stackquake.go.command import stated_cases
from stackquake.go.comparing import Comparer
from stackquake.go.modes import MODES
from stackquake.go.testing import installed
from stackquake.go.variant import Variant
from stackquake.inputs import list_nests

CORPUS = ROOT / "corpus"
# The folders of nests whose behaviour behaviours.json beside them states.
STATED = tuple(CORPUS / name for name in ("truth", "regressions", "seeds"))
LEVEL_DIFFERENCES = 2  # seeds, at least, that Go 1.4 and Go 1.22 run differently


def nests_of(folder: Path) -> list[Path]:
    """The nests of a folder."""
    return sorted(folder.glob("*.go"))


class CorpusTest(unittest.TestCase):
    """Every nest of the corpus that states its behaviour."""

    def test_go_behaves_as_stated(self) -> None:
        variant = Variant(installed(), MODES["noinline"])
        nests.ensure_programs()
        cases = stated_cases(nests.read_texts(list_nests(map(str, STATED))), {})
        self.assertGreaterEqual(len(cases), 80)
        wrong = Comparer().disagreements(variant, cases).steady
        self.assertEqual([(one.case.name, one.signature) for one in wrong], [])

    def test_every_nest_has_a_behaviour_and_every_behaviour_a_nest(self) -> None:
        for folder in (*STATED, CORPUS / "trophies"):
            stated = json.loads((folder / "behaviours.json").read_text())
            self.assertEqual(sorted(stated), [nest.stem for nest in nests_of(folder)])

    def test_levels_differ_where_seeds_say_so(self) -> None:
        stated = json.loads((CORPUS / "seeds" / "behaviours.json").read_text())
        different = [levels for levels in stated.values() if levels["go1.4"] != "as modern"]
        self.assertGreaterEqual(len(different), LEVEL_DIFFERENCES)
        for levels in different:
            self.assertNotEqual(levels["go1.4"], levels["modern"])

    def test_seeds_begin_with_what_they_show(self) -> None:
        for nest in nests_of(CORPUS / "seeds"):
            lines = nest.read_text().splitlines()
            self.assertRegex(lines[0], r"^// [a-zA-Z].*\.$", nest.name)
            self.assertEqual(lines[1], "", nest.name)
            self.assertRegex(lines[2], r"^//quake:", nest.name)

    def test_seeds_use_every_built_in_and_directive(self) -> None:
        seeds = "".join(nest.read_text() for nest in nests_of(CORPUS / "seeds"))
        table = (ROOT / "harness" / "language" / "builtins.def").read_text()
        calls = [name + "(" for name in re.findall(r'\(k\w+, "([\w.]+)"', table)]
        self.assertGreaterEqual(len(calls), 13)
        policies = [f"move={policy}" for policy in ("none", "prologue", "call", "safepoint", "at:")]
        policies += [f"gc={policy}" for policy in ("none", "alloc", "safepoint", "at:")]
        others = ["place=fresh", "place=reuse", "stack=256 ", "stack=65536 ", "limit=", "sched="]
        self.assertEqual([text for text in calls + policies + others if text not in seeds], [])

    def test_seeds_show_every_outcome(self) -> None:
        stated = json.loads((CORPUS / "seeds" / "behaviours.json").read_text())
        kinds = {levels["modern"]["outcome"]["kind"] for levels in stated.values()}
        self.assertEqual(kinds, {"exit", "panic", "goexit", "deadlock", "overflow", "nilpanic"})


if __name__ == "__main__":
    unittest.main()
