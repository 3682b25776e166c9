"""Tests of what the program list_designs may say, and of choosing among it."""

import json
import tempfile
import unittest
from pathlib import Path

from stackquake.designs import Defect, Design, Inventory, Nest, take_inventory
from stackquake.fakes import write_program
from stackquake.status import QuakeError, Status

FACTS = {"fixed_by": "0a1b2c3d4", "check": "throw", "description": "It tears."}
INVENTORY = Inventory(
    (Design("new"), Design("old", ("lost-record",))),
    (Defect("torn-map", "new", **FACTS), Defect("torn-map", "old", **FACTS)),
    (Nest("a.go", ("torn-map",)),),
)


class TakeInventoryTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "list_designs"

    def take(self, text: str) -> Inventory:
        return take_inventory(write_program(self.program, text), [])

    def test_all_is_taken_and_a_file_named_twice_is_one_nest(self) -> None:
        nest = {"file": "a.go", "finds": ["torn-map"]}
        document = {
            "designs": [
                {"name": "new", "built_in": []},
                {"name": "old", "built_in": ["lost-record"]},
            ],
            "defects": [
                {"slug": "torn-map", "design": "new", **FACTS},
                {"slug": "torn-map", "design": "old", **FACTS},
            ],
            "nests": [nest, nest],
        }
        self.assertEqual(self.take(f"print({json.dumps(document)!r})"), INVENTORY)

    def test_what_is_no_inventory_is_an_error(self) -> None:
        for text in ("print('[')", "print('[]')", "print('{}')", "raise SystemExit(1)"):
            with self.subTest(text), self.assertRaises(QuakeError) as caught:
                self.take(text)
            self.assertEqual(caught.exception.status, Status.MISSING)


class InventoryTest(unittest.TestCase):
    def test_a_chosen_design_keeps_its_own_defects(self) -> None:
        old = INVENTORY.only(["old"])
        self.assertEqual(old.designs, (Design("old", ("lost-record",)),))
        self.assertEqual(old.defects, (Defect("torn-map", "old", **FACTS),))
        self.assertEqual(INVENTORY.only([]), INVENTORY)


if __name__ == "__main__":
    unittest.main()
