"""Tests of known.py and of its table."""

import re
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.go import edits, known
from stackquake.go.known import Cure, Known
from stackquake.go.modes import MODES
from stackquake.go.toolchain import Toolchain
from stackquake.go.variant import Variant

GO = Toolchain(Path("/go"), "go1.19.8", (1, 19), Path("/root"))
NEWER = Toolchain(Path("/go"), "go1.22.0", (1, 22), Path("/root"))
GCCGO = Toolchain(Path("/gccgo"), "gccgo12.2.0", (1, 18), None)


class KnownTest(unittest.TestCase):
    """Whose a bug is, and which disagreements look like it."""

    def test_belongs_to_a_compiler_and_its_releases(self) -> None:
        entry = Known("n", "w", "go", "1.14-1.21")
        self.assertTrue(entry.is_of(GO))
        self.assertFalse(entry.is_of(NEWER))
        self.assertFalse(entry.is_of(GCCGO))

    def test_looks_as_described(self) -> None:
        entry = Known("n", "w", "go", "1.14-", None, None, "exit; .*", ("goexit", "recovered"))
        self.assertTrue(entry.looks_like("exit; more is traced", ("goexit", "recovered")))
        self.assertFalse(entry.looks_like("exit; more is traced", ("goexit",)))
        self.assertFalse(entry.looks_like("goexit became exit; x", ("goexit", "recovered")))

    def test_shows_only_in_its_modes(self) -> None:
        entry = Known("n", "w", "go", "1.14-", modes=("poison",))
        self.assertTrue(entry.is_in(Variant(GO, MODES["poison"])))
        self.assertFalse(entry.is_in(Variant(GO, MODES["plain"])))

    def test_the_table_is_complete(self) -> None:
        table = known.table()
        told = (ROOT / "harness" / "oracle" / "events.def").read_text(encoding="utf-8")
        events = set(re.findall(r'^STACKQUAKE_ORACLE_EVENT\(\w+, "(.*)"\)', told, re.MULTILINE))
        self.assertIn("goexit-resumed", events)
        self.assertEqual(len({entry.name for entry in table}), len(table))
        for entry in table:
            self.assertTrue(entry.reason)
            entry.is_of(GO)
            self.assertLessEqual(set(entry.events), events)
            self.assertLessEqual(set(entry.modes), set(MODES))
            if entry.mend is not None:
                self.assertTrue(edits.mend(entry.mend))

    def test_a_mended_variant_has_none_that_a_mend_takes_away(self) -> None:
        mended = known.mended(Variant(GO, MODES["plain"]))
        self.assertEqual(mended.name, "go1.19.8 plain mended")
        left = {entry.mend for entry in known.table() if entry.is_in(mended)}
        self.assertEqual(left, {None})
        self.assertEqual(known.mended(mended), mended)

    def test_what_looks_like_nothing_has_no_cure(self) -> None:
        self.assertEqual(known.cures([]), [])
        self.assertEqual(known.cures([Known("a", "w", "go", "1.0-")]), [])


class CureTest(unittest.TestCase):
    """One mended runtime for all mends; flags alone, and with it."""

    table = [
        Known("a", "w", "go", "1.0-", mend="lost-goexit"),
        Known("b", "w", "go", "1.0-", mend="nil-deferred-call"),
        Known("c", "w", "go", "1.0-", flags="-l"),
        Known("d", "w", "go", "1.0-", flags="-N"),
    ]

    def test_the_simplest_come_first(self) -> None:
        found = known.cures(self.table[1:3])
        self.assertEqual(found, [Cure(True), Cure(False, ("-l",)), Cure(True, ("-l",))])
        self.assertEqual(known.cures(self.table[:1]), [Cure(True)])

    def test_a_bug_of_the_compiler_may_hide_one_of_the_runtime(self) -> None:
        found = known.cures(self.table[2:3])
        self.assertEqual(found, [Cure(False, ("-l",)), Cure(True, ("-l",))])
        self.assertEqual(found[-1].name(self.table[2:3]), "c")

    def test_all_mends_come_together(self) -> None:
        variant = Cure(True).cured(Variant(GO, MODES["plain"]), self.table)
        made = [mend.name for mend in variant.mends]
        self.assertEqual(made, ["lost-goexit", "nil-deferred-call"])
        self.assertEqual(variant.mode, MODES["plain"])

    def test_flags_come_on_top_of_the_mode(self) -> None:
        cure = Cure(False, ("-l", "-N"))
        variant = cure.cured(Variant(GO, MODES["noinline"]), self.table)
        self.assertEqual(variant.mode.build_flags(), ["-gcflags=batch=-l -N"])
        self.assertEqual(variant.mends, ())

    def test_is_named_after_what_it_cures(self) -> None:
        self.assertEqual(Cure(True).name(self.table), "a or b")
        self.assertEqual(Cure(False, ("-N",)).name(self.table), "d")
        self.assertEqual(Cure(True, ("-l", "-N")).name(self.table[1:]), "b and c or d")


if __name__ == "__main__":
    unittest.main()
