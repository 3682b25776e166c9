"""The packages' order: each may use itself and those before it, and none that comes later."""

import ast
import unittest
from collections.abc import Iterator
from pathlib import Path

from stackquake.files import ROOT

PACKAGE = ROOT / "scripts" / "stackquake"
# From the bottom up. The modules beside the packages are the bottom: files, status, tables, …
ORDER = ("", "jobs", "coverage", "findings", "campaign", "sweep")
ORDER += ("enumeration", "engines", "trials", "go", "nightly", "compare", "verbs")
# These two stand beside the packages, too, but are where the command begins.
BEGINNING = ("__main__", "cli")


def rank_of(module: str) -> int:
    """The place of a module, named as from the package's folder, in the order."""
    parts = module.split(".")
    if parts[0] in BEGINNING or parts[-1].startswith("test_"):
        return len(ORDER)
    return ORDER.index(parts[0]) if parts[0] in ORDER else 0


def imported(source: str) -> Iterator[str]:
    """The modules of the package that a source imports, named as from its folder."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stackquake"):
            inner = (node.module or "").partition(".")[2]
            for alias in node.names:
                yield f"{inner}.{alias.name}" if inner else alias.name


class LayersTest(unittest.TestCase):
    """Who may import whom."""

    def test_no_module_imports_a_later_package(self) -> None:
        wrong: list[str] = []
        for file in sorted(PACKAGE.rglob("*.py")):
            module = ".".join(file.relative_to(PACKAGE).with_suffix("").parts)
            for other in imported(file.read_text(encoding="utf-8")):
                if rank_of(other) > rank_of(module):
                    wrong.append(f"{module} imports {other}")
        self.assertEqual(wrong, [])

    def test_every_package_has_its_place(self) -> None:
        packages = {file.parent.name for file in PACKAGE.glob("*/__init__.py")}
        self.assertEqual(packages, set(ORDER) - {""})

    def test_a_wrong_import_is_seen(self) -> None:
        [module] = imported("from stackquake.verbs import fuzz\n")
        self.assertGreater(rank_of(module), rank_of("jobs.processes"))
        self.assertGreater(rank_of("jobs.build"), rank_of("files"))
        self.assertEqual(rank_of(Path("cli").name), len(ORDER))


if __name__ == "__main__":
    unittest.main()
