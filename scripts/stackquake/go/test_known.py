"""Tests of known.py and of its table."""

import unittest
from pathlib import Path

from stackquake.go import known
from stackquake.go.known import Known
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
        entry = Known("n", "w", "go", "1.14-", None, None, "exit; .*", ("Goexit", "recover"))
        self.assertTrue(entry.looks_like("exit; more is traced", "Goexit recover"))
        self.assertFalse(entry.looks_like("exit; more is traced", "Goexit"))
        self.assertFalse(entry.looks_like("goexit became exit; x", "Goexit recover"))

    def test_the_table_is_complete(self) -> None:
        table = known.table()
        self.assertEqual(len({entry.name for entry in table}), len(table))
        for entry in table:
            self.assertTrue(entry.why)
            entry.is_of(GO)
            entry.looks_like("exit; more is traced", "")
            variant = Variant(GO, MODES["plain"])
            self.assertEqual(entry.mended(variant) is None, not (entry.mend or entry.flags))

    def test_a_mended_variant_has_none_that_a_mend_takes_away(self) -> None:
        mended = known.mended(Variant(GO, MODES["plain"]))
        self.assertEqual(mended.name, "go1.19.8 plain mended")
        left = {entry.mend for entry in known.table() if entry.is_in(mended)}
        self.assertEqual(left, {None})
        self.assertEqual(known.mended(mended), mended)

    def test_mends_add_up(self) -> None:
        variant = Variant(GO, MODES["plain"])
        for entry in (
            Known("a", "w", "go", "1.0-", mend="lost-goexit"),
            Known("b", "w", "go", "1.0-", mend="nil-deferred-call"),
            Known("c", "w", "go", "1.0-", flags="-l"),
        ):
            mended = entry.mended(variant)
            assert mended is not None
            variant = mended
        made = [mend.name for mend in variant.mends]
        self.assertEqual(made, ["lost-goexit", "nil-deferred-call"])
        self.assertEqual(variant.mode.build_flags(), ["-gcflags=batch=-l"])


if __name__ == "__main__":
    unittest.main()
