"""Tests of known.py and of its table."""

import unittest
from pathlib import Path

from stackquake.go import known
from stackquake.go.known import Known
from stackquake.go.toolchain import Toolchain

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
        entry = Known("n", "w", "go", "1.14-1.21", None, "exit; .*", ("Goexit", "recover"))
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
            entry.description()


if __name__ == "__main__":
    unittest.main()
