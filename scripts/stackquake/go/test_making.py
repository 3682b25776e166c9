"""Tests of making.py: what a selection is made of, with a stand-in for the fuzz target."""

import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

from stackquake.go import making
from stackquake.go.making import Generator, Origin, Selector


def fake_call(command: Sequence[str | Path]) -> None:
    """Makes nests of their numbers, and keeps those whose last digit no nest that is kept has."""
    program, *arguments = map(str, command)
    if "-merge=1" in arguments:
        kept, made = map(Path, arguments[-2:])
        for path in sorted(made.iterdir()):
            if not any(other.read_text()[-1] == path.read_text()[-1] for other in kept.iterdir()):
                (kept / f"hash-{path.stem}").write_text(path.read_text())
    else:
        names = ("--first", "--count")
        first, count = (int(arguments[arguments.index(name) + 1]) for name in names)
        folder = Path(arguments[arguments.index("--directory") + 1])
        for one in range(first, first + count):
            (folder / f"records-{one}.go").write_text(f"nest {one}")


class SelectorTest(unittest.TestCase):
    """New is what was not reached before."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.reached = Path(folder.name) / "reached"
        patch = mock.patch.object(making, "call", fake_call)
        patch.start()
        self.addCleanup(patch.stop)
        self.selector = Selector(Generator(goroutines=False), self.reached)

    def made(self, first: int, count: int) -> list[str]:
        """The texts, in order."""
        return list(self.selector.make(1, [range(first, first + count)]).values())

    def test_a_generator_makes_all(self) -> None:
        names = [f"records-{number}" for number in range(20)]
        self.assertEqual(list(Generator(goroutines=False).make(1, [range(20)])), names)
        parts = [range(4, 6), range(8, 9)]
        names = ["records-4", "records-5", "records-8"]
        self.assertEqual(list(Generator(goroutines=False).make(1, parts)), names)

    def test_a_name_tells_what_a_nest_is_made_from(self) -> None:
        [name] = self.selector.make(1, [range(17, 18)])
        self.assertEqual(making.origin_of(name), Origin("records", 17))

    def test_of_what_is_made_at_once_each_has_something_new(self) -> None:
        self.assertEqual(self.made(11, 12), [f"nest {one}" for one in range(11, 21)])

    def test_what_has_been_run_is_not_new(self) -> None:
        self.selector.remember(self.made(11, 3))
        again = Selector(Generator(goroutines=False), self.reached)
        self.assertEqual(list(again.make(1, [range(21, 26)]).values()), ["nest 24", "nest 25"])

    def test_what_has_been_made_and_not_run_is_made_again(self) -> None:
        self.assertEqual(self.made(11, 3), self.made(11, 3))


if __name__ == "__main__":
    unittest.main()
