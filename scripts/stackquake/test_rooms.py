"""The order of the harness's rooms, as the table in harness/README.md says it."""

import re
import unittest
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stackquake.files import ROOT

HARNESS = ROOT / "harness"
RUNTIME = "runtime_under_test"
SOURCES = (".cc", ".h", ".def")
# What only tests and benchmarks are made of.
TESTING = re.compile(r"_(test|benchmark)\.cc$|_testing\.h$")
ROW = re.compile(r"\| \[`(?P<room>\w+)/`\]\([^)]*\) \|[^|]*\| (?P<uses>[^|]*) \|")
INCLUDE = re.compile(r'^#include "(?:harness/)?(\w+)/([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Rooms:
    """What the sources of each room may use: names of rooms, and "runtime_under_test" or single
    headers of it. The rooms come in the order of the table."""

    allowed: Mapping[str, frozenset[str]]

    def may(self, file: Path, used: str, header: str) -> bool:
        """Whether a source, named as from harness/, may include this header of this room."""
        room = file.parts[0]
        if used == room or {used, f"{used}/{header}"} & self.allowed[room]:
            return True
        if not TESTING.search(file.name):
            return False
        order = list(self.allowed)
        earlier = order[: order.index(room)]
        return used in (*earlier, "testing") or (used == RUNTIME and room != "oracle")


def rooms_of(page: str) -> Rooms:
    """The table, with what the rooms use through others."""
    allowed: dict[str, frozenset[str]] = {}
    for row in ROW.finditer(page):
        used: set[str] = set()
        for name in re.findall(r"`(\w+)/`", row["uses"]):
            used |= {name, *allowed[name]}
        headers = re.search(r"of the runtime one header, `([\w.]+)`", row["uses"])
        if headers:
            used.add(f"{RUNTIME}/{headers[1]}")
        elif "the runtime" in row["uses"]:
            used.add(RUNTIME)
        allowed[row["room"]] = frozenset(used)
    return Rooms(allowed)


def included(source: str) -> Iterator[tuple[str, str]]:
    """Each header of the project that a source includes: its room, and its name there."""
    for found in INCLUDE.finditer(source):
        yield found[1], found[2]


class RoomsTest(unittest.TestCase):
    """Who may include whom."""

    def setUp(self) -> None:
        self.rooms = rooms_of((HARNESS / "README.md").read_text(encoding="utf-8"))

    def test_each_room_uses_only_rooms_below_it(self) -> None:
        wrong = []
        for path in sorted(HARNESS.rglob("*")):
            file = path.relative_to(HARNESS)
            if path.suffix not in SOURCES or file.parts[0] == "testing":
                continue
            for used, header in included(path.read_text(encoding="utf-8")):
                if not self.rooms.may(file, used, header):
                    wrong.append(f"{file} includes {used}/{header}")
        self.assertEqual(wrong, [])

    def test_the_runtime_knows_nothing_of_the_harness(self) -> None:
        for path in (ROOT / RUNTIME).rglob("*"):
            if path.suffix in SOURCES:
                self.assertNotIn('"harness/', path.read_text(encoding="utf-8"), path)

    def test_every_room_has_its_row(self) -> None:
        folders = {path.parent.name for path in HARNESS.glob("*/CMakeLists.txt")}
        self.assertEqual({*self.rooms.allowed}, folders - {"testing"})

    def test_a_wrong_include_is_seen(self) -> None:
        rooms = rooms_of(
            "| [`language/`](x) | text | of the runtime one header, `options.h` |\n"
            "| [`oracle/`](x) | what must be | `language/` |\n"
            "| [`audit/`](x) | checks | the runtime |\n"
            "| [`run/`](x) | runs | `oracle/`, `audit/` |\n"
        )
        right = [
            ("run/a.cc", "language", "tree.h"),
            ("run/a.cc", RUNTIME, "g.h"),
            ("language/a.cc", RUNTIME, "options.h"),
            ("audit/a_test.cc", "oracle", "oracle.h"),
            ("audit/a_testing.h", "testing", "corpus_folder.h"),
        ]
        wrong = [
            ("audit/a.cc", "run", "settings.h"),
            ("audit/a_test.cc", "run", "settings.h"),
            ("audit/a.cc", "oracle", "oracle.h"),
            ("audit/a.cc", "testing", "corpus_folder.h"),
            ("language/a.cc", RUNTIME, "g.h"),
            ("oracle/a_test.cc", RUNTIME, "g.h"),
        ]
        for expected, cases in ((True, right), (False, wrong)):
            for file, used, header in cases:
                with self.subTest(file=file, used=used):
                    self.assertEqual(rooms.may(Path(file), used, header), expected)

    def test_includes_are_read(self) -> None:
        text = '#include <vector>\n#include "harness/run/settings.h"\n#include "fuzzers/x/y.h"\n'
        self.assertEqual([*included(text)], [("run", "settings.h"), ("fuzzers", "x/y.h")])


if __name__ == "__main__":
    unittest.main()
