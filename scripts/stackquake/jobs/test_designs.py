"""Tests of what the program list_designs may say, and of choosing among it."""

import json
import os
import tempfile
import unittest
from pathlib import Path

from stackquake.fakes import write_program
from stackquake.jobs.designs import Defect, Design, Inventory, Nest, take_inventory
from stackquake.status import QuakeError, Status

FACTS = {"fixed_by": "0a1b2c3d4", "check": "throw", "description": "It tears."}
INVENTORY = Inventory(
    (Design("new"), Design("old", ("lost-record",))),
    (Defect("torn-map", "new", **FACTS), Defect("torn-map", "old", **FACTS)),
    (Nest("a.go", ("torn-map",)),),
)

# Says of each file that it is a nest, unless it is called bad.go.
ANSWERS = """
import json, os, sys
def answer(file):
    name = os.fsencode(file).decode(errors="replace")
    return {"file": name, "error": "no"} if file == "bad.go" else {"file": name, "finds": []}
nests = [answer(file) for file in sys.argv[2:]]
print(json.dumps({"designs": [], "defects": [], "nests": nests}))
"""


class TakeInventoryTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.program = Path(folder.name) / "list_designs"

    def take(self, text: str, *files: str) -> Inventory:
        return take_inventory(write_program(self.program, text), files)

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
            "nests": [nest],
        }
        text = f"print({json.dumps(document)!r})"
        self.assertEqual(self.take(text, "a.go", "a.go"), INVENTORY)

    def test_files_that_are_no_nests_are_refused_and_the_others_are_taken(self) -> None:
        taken = self.take(ANSWERS + "sys.exit(2)", "a.go", "bad.go", "b.go")
        self.assertEqual([nest.file for nest in taken.nests], ["a.go", "b.go"])
        self.assertEqual(taken.refused, ("bad.go",))

    def test_more_files_than_one_command_can_have_are_asked_about_in_parts(self) -> None:
        names = [f"{i}.go" for i in range(30_000)] + [os.fsdecode(b"\xff.go"), "bad.go"]
        taken = self.take(ANSWERS, *names)
        self.assertEqual([nest.file for nest in taken.nests], names[:-1])
        self.assertEqual(taken.refused, ("bad.go",))

    def test_what_is_no_inventory_is_an_error(self) -> None:
        for text in ("print('[')", "print('[]')", "print('{}')", "raise SystemExit(1)"):
            with self.subTest(text), self.assertRaises(QuakeError) as caught:
                self.take(text)
            self.assertEqual(caught.exception.status, Status.MISSING)

    def test_a_program_that_cannot_be_started_is_something_missing(self) -> None:
        write_program(self.program, "").write_bytes(b"")
        with self.assertRaisesRegex(QuakeError, "cannot be started: Exec format") as caught:
            take_inventory(self.program, [])
        self.assertEqual(caught.exception.status, Status.MISSING)


class InventoryTest(unittest.TestCase):
    def test_a_chosen_design_keeps_its_own_defects(self) -> None:
        old = INVENTORY.only(["old"])
        self.assertEqual(old.designs, (Design("old", ("lost-record",)),))
        self.assertEqual(old.defects, (Defect("torn-map", "old", **FACTS),))
        self.assertEqual(INVENTORY.only([]), INVENTORY)


if __name__ == "__main__":
    unittest.main()
