"""Tests of linter.py: which sources are linted, and how complaints are counted."""

import contextlib
import io
import os
import tempfile
import unittest
from fnmatch import fnmatchcase
from pathlib import Path
from unittest import mock

from stackquake.fakes import path_with, write_program
from stackquake.jobs import linter

SOURCES = {
    "a.cc": '#include "x/b.h"\n',
    "x/b.h": '#include "c.def"\n',
    "c.def": "",
    "b.cc": "",
    "d.cc": '#include "e.h"\n',
    "e.cc": '#include "e.h"\n',
    "e.h": "",
}


class LinterTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        for name, text in SOURCES.items():
            (self.root / name).parent.mkdir(exist_ok=True)
            (self.root / name).write_text(text)
        (self.root / "bin").mkdir()
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        stack.enter_context(mock.patch.dict(os.environ, path_with(self.root / "bin")))
        stack.enter_context(mock.patch.object(linter, "ROOT", self.root))
        stack.enter_context(mock.patch("stackquake.jobs.build.configure"))
        stack.enter_context(mock.patch("stackquake.repository.tracked", self.tracked))
        stack.enter_context(contextlib.redirect_stderr(io.StringIO()))

    def tracked(self, *patterns: str) -> list[str]:
        return [name for name in SOURCES if any(fnmatchcase(name, part) for part in patterns)]

    def test_a_change_touches_its_source_or_one_that_includes_it(self) -> None:
        cases: list[tuple[set[str] | None, list[str]]] = [
            ({"b.cc", "README.md"}, ["b.cc"]),
            ({"x/b.h"}, ["a.cc"]),
            ({"c.def"}, ["a.cc"]),
            ({"README.md"}, []),
            ({"x/CMakeLists.txt"}, []),
            ({"e.h"}, ["e.cc"]),
            ({"e.h", "d.cc"}, ["d.cc"]),
            ({".clang-tidy"}, ["a.cc", "b.cc", "d.cc", "e.cc"]),
            (None, ["a.cc", "b.cc", "d.cc", "e.cc"]),
        ]
        for changed, linted in cases:
            with (
                self.subTest(changed),
                mock.patch("stackquake.repository.changed", return_value=changed),
            ):
                self.assertEqual([path.name for path in linter.changed_sources()], linted)

    def test_each_source_that_clang_tidy_complains_of_counts_once(self) -> None:
        complaints = (
            "/a/x.cc:3:1: error: bad [check]",
            "\x1b[1m/a/x.cc:9:1: \x1b[0;1;31merror: \x1b[0mworse",
            "\x1b[1m/a/y.cc:9:1: \x1b[0;1;31merror: \x1b[0mworse",
        )
        echo = "".join(f"echo '{complaint}'\n" for complaint in complaints)
        write_program(self.root / "bin" / "run-clang-tidy", f"#!/bin/sh\n{echo}exit 1\n")
        self.assertEqual(linter.complaints([Path(f"/a/{name}.cc") for name in "xyz"]), 2)

    def test_nothing_is_linted_where_nothing_has_changed(self) -> None:
        write_program(self.root / "bin" / "run-clang-tidy", "#!/bin/sh\nexit 1\n")
        self.assertEqual(linter.complaints([]), 0)


if __name__ == "__main__":
    unittest.main()
