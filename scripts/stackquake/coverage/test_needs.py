"""Tests of what unreached regions need."""

import tempfile
import unittest
from pathlib import Path

from stackquake.coverage import needs
from stackquake.coverage.lines import Region
from stackquake.coverage.needs import Need
from stackquake.files import ROOT
from stackquake.status import QuakeError

KNOWN = Need("a.cc", "grow", "a deep stack")


class NeedsTest(unittest.TestCase):
    """Entries and regions."""

    def test_an_entry_speaks_of_all_regions_of_its_function(self) -> None:
        for lines in ((1, 2), (7, 7)):
            self.assertEqual(needs.need_of(Region("a.cc", "grow", *lines), [KNOWN]), "a deep stack")
        self.assertEqual(needs.need_of(Region("b.cc", "grow", 1, 2), [KNOWN]), "")
        self.assertEqual(needs.need_of(Region("a.cc", "shrink", 1, 2), [KNOWN]), "")

    def test_an_entry_whose_function_is_reached_is_outdated(self) -> None:
        self.assertEqual(needs.outdated([Region("a.cc", "grow", 1, 2)], [KNOWN]), [])
        self.assertEqual(needs.outdated([Region("a.cc", "shrink", 1, 2)], [KNOWN]), [KNOWN])

    def test_the_projects_entries_name_sources_and_functions_in_them(self) -> None:
        for entry in needs.read():
            if entry.function != "a lambda":
                source = (ROOT / entry.file).read_text(encoding="utf-8")
                self.assertRegex(source, rf"\b{entry.function}\(", entry.file)

    def test_a_wrong_entry_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "unreached.toml"
            path.write_text('[[unreached]]\nfile = "a.cc"\n', "utf-8")
            with self.assertRaisesRegex(QuakeError, "unreached.toml: 'function'"):
                needs.read(path)


if __name__ == "__main__":
    unittest.main()
