"""Tests of what is planted before a campaign; test_fuzz.py has what becomes of it."""

import tempfile
import unittest
from pathlib import Path

from stackquake.campaign.selftest import planted
from stackquake.jobs.designs import Defect, Design, Inventory, Nest


class PlantedTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name).resolve()
        self.nests: list[Nest] = []

    def nest(self, name: str, text: str, *finds: str) -> None:
        (self.folder / name).write_text(text)
        self.nests.append(Nest(str(self.folder / name), finds))

    def planted(self, design: str, *defects: tuple[str, str]) -> list[tuple[str, str, str]]:
        """The slugs, designs and files that are chosen of (slug, check) in "new"."""
        bank = tuple(Defect(slug, "new", "0a1b", check, "d") for slug, check in defects)
        inventory = Inventory((Design("new"), Design("old", ("a",))), bank, tuple(self.nests))
        return [(p.slug, p.design, p.nest.name) for p in planted(inventory, design)]

    def test_a_few_of_different_checks(self) -> None:
        for name in "abcd":
            self.nest(f"{name}.go", "", name)
        found = self.planted("new", ("a", "throw"), ("b", "throw"), ("c", "leak"), ("d", "x"))
        self.assertEqual(found, [("a", "new", "a.go"), ("c", "new", "c.go")])

    def test_nests_with_goroutines_are_not_for_every_target(self) -> None:
        self.nest("a.go", "func main() {\n\tgo f()\n}\n", "a")
        self.nest("b.go", "func main() {\n}\n", "a")
        self.assertEqual(self.planted("new", ("a", "throw")), [("a", "new", "b.go")])

    def test_a_design_without_switches_is_tested_with_those_of_others(self) -> None:
        self.nest("a.go", "", "a")
        self.assertEqual(self.planted("old", ("a", "throw")), [("a", "new", "a.go")])

    def test_a_defect_that_no_nest_finds_cannot_be_planted(self) -> None:
        self.assertEqual(self.planted("new", ("a", "throw")), [])


if __name__ == "__main__":
    unittest.main()
