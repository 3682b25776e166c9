"""Tests of the names of programs for services, and that build.sh and CMake make those programs."""

import re
import unittest
from pathlib import PurePath

from stackquake.engines.binaries import EVERY_DESIGN, binaries, named_in
from stackquake.files import ROOT
from stackquake.jobs.designs import Design, Inventory
from stackquake.targets import ON_ONE_DESIGN, names

SOURCES = ROOT / "runtime_under_test" / "designs"


def _design(name: str) -> Design:
    header = SOURCES / name / f"{name.replace('-', '_').replace('.', '')}.h"
    return Design(name, ("a",) if "kBuiltInDefects" in header.read_text("utf-8") else ())


def _designs() -> tuple[Design, ...]:
    """Those of the sources: whoever runs these tests may not have built list_designs."""
    table = (SOURCES / "designs.def").read_text("utf-8")
    return tuple(map(_design, re.findall(r'^STACKQUAKE_DESIGN\("(.*?)"', table, re.MULTILINE)))


DESIGNS = _designs()
INVENTORY = Inventory(DESIGNS, (), ())
KNOWN = binaries(INVENTORY)


class BinariesTest(unittest.TestCase):
    def test_there_is_one_for_each_target_and_design(self) -> None:
        self.assertEqual(len(KNOWN), 2 + 3 * len(DESIGNS))
        nest = next(binary for binary in KNOWN if binary.name == "fuzz_nest_before_seed")
        self.assertEqual((nest.target, nest.design, nest.is_right), ("nest", "before-seed", False))
        self.assertTrue(next(b for b in KNOWN if b.name == "fuzz_copier_go1_4").is_right)

    def test_every_target_has_some(self) -> None:
        self.assertEqual(sorted([*ON_ONE_DESIGN, *EVERY_DESIGN]), names())

    def test_services_accept_the_names(self) -> None:
        for binary in KNOWN:
            self.assertRegex(binary.name, r"^[A-Za-z0-9_-]+$")

    def test_the_nearest_part_of_a_path_that_names_one_counts(self) -> None:
        places = {
            "crash-fuzz_nest_seed-address-crash-00": "fuzz_nest_seed",
            "fuzz_copier_go1_4/address/crash-0": "fuzz_copier_go1_4",
            "fuzz_designs/x/clusterfuzz-testcase-minimized-fuzz_nest_go1_4-52": "fuzz_nest_go1_4",
        }
        for place, name in places.items():
            found = named_in(PurePath(place), KNOWN)
            self.assertEqual(found.name if found else None, name)

    def test_what_is_not_sure_is_no_name(self) -> None:
        both = "fuzz_designs fuzz_language"
        for place in ("fuzz_nest", "my_fuzz_nest_seed", "fuzz_nest_seeds", both):
            self.assertIsNone(named_in(PurePath("dir", place), KNOWN), place)


class BuildTest(unittest.TestCase):
    """build.sh says by hand which designs have defects built in, as it must not run a program."""

    def test_it_knows_every_design_that_is_wrong(self) -> None:
        script = (ROOT / "fuzzers" / "oss-fuzz" / "build.sh").read_text("utf-8")
        wrong = [design.name.replace("-", "_") for design in DESIGNS if design.built_in]
        pattern = " | ".join(f"*_{word}" for word in wrong)
        self.assertIn(f"{pattern}) return 1", script)


if __name__ == "__main__":
    unittest.main()
