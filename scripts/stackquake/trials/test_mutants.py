"""Tests of mutants.py, and that the mutants fit the sources."""

import re
import tempfile
import unittest
from pathlib import Path

from stackquake.files import ROOT
from stackquake.status import QuakeError, Status
from stackquake.trials import mutants
from stackquake.trials.mutants import FOLDER, Edit, Mutant

SOURCE = """namespace stackquake {

namespace {

bool fits(int bytes) {
  return bytes < kLimit;
}

}  // namespace

class Adjuster final : public Visitor {
 public:
  Adjuster(int lo, Runtime& runtime)
      : runtime_(runtime), lo_(lo) {
    count(lo);
  }

  void adjust(Word& word);
  int count() const { return count_; }
  void count(int words) {
    if (words > 0) {
      count_ += words;
    }
  }
};

template <class Observer>
Flow Loop<Observer>::execute(G& g) {
  count(g);
  return adjust(g) ? fits(count(g)) : kNone;
}

void Adjuster::adjust(Word& word) {
  if (fits(word)) {
    count(1);
  }
}

}  // namespace stackquake
"""


def changed(function: str) -> list[str]:
    """The lines that an edit of all of a function changes."""
    edit = Edit("a.cc", r"^", "X", function=function, count=0)
    [extent] = edit.extents_of(function, SOURCE)
    return SOURCE[extent[0] : extent[1]].splitlines()


class EditTest(unittest.TestCase):
    """Where a function begins and ends."""

    def test_a_function_of_an_anonymous_namespace(self) -> None:
        lines = ["bool fits(int bytes) {", "  return bytes < kLimit;", "}"]
        self.assertEqual(changed("fits"), lines)

    def test_a_method_outside_of_its_class(self) -> None:
        lines = changed("Adjuster::adjust")
        self.assertEqual((lines[0], lines[-1]), ("void Adjuster::adjust(Word& word) {", "}"))
        self.assertEqual(len(lines), 5)

    def test_a_method_of_a_template(self) -> None:
        self.assertEqual(len(changed("Loop<Observer>::execute")), 4)

    def test_a_method_inside_of_its_class(self) -> None:
        self.assertEqual(changed("count()"), ["  int count() const { return count_; }"])
        lines = changed("count(int")
        self.assertEqual((lines[0], lines[-1]), ("  void count(int words) {", "  }"))
        self.assertEqual(len(lines), 5)

    def test_a_constructor(self) -> None:
        lines = changed("Adjuster")
        self.assertEqual((len(lines), lines[-1]), (4, "  }"))

    def test_several_functions_of_one_name_are_refused(self) -> None:
        edit = Edit("a.cc", "count_", "x", function="count")
        with self.assertRaisesRegex(QuakeError, "has 2 function count"):
            edit.apply(SOURCE)

    def test_a_declaration_or_a_call_is_no_definition(self) -> None:
        for function in ("adjust", "execute", "Adjuster::count"):
            with self.subTest(function), self.assertRaisesRegex(QuakeError, "no function"):
                Edit("a.cc", "g", "h", function=function).apply(SOURCE)

    def test_changes_only_its_function(self) -> None:
        edit = Edit("a.cc", r"count\(1\)", "count(2)", function="Adjuster::adjust")
        self.assertEqual(edit.apply(SOURCE), SOURCE.replace("count(1)", "count(2)"))
        with self.assertRaisesRegex(QuakeError, "is there 0 times"):
            Edit("a.cc", r"count\(1\)", "", function="fits").apply(SOURCE)


class MutantsTest(unittest.TestCase):
    """The mutants of the project."""

    def test_each_fits_the_sources(self) -> None:
        for mutant in mutants.mutants().values():
            with self.subTest(mutant.name):
                for name, text in mutant.sources().items():
                    self.assertNotEqual(text, (ROOT / name).read_text(encoding="utf-8"))

    def test_each_says_what_it_is_in_sentences(self) -> None:
        for mutant in mutants.mutants().values():
            with self.subTest(mutant.name):
                self.assertRegex(mutant.name, r"^[a-z0-9-]+$")
                for text in (mutant.text, mutant.equivalent or "No reason."):
                    self.assertRegex(text.strip(), r"(?s)^[A-Za-z`].*\.$")

    def test_they_are_all_over_the_runtime_and_the_compiler(self) -> None:
        files = {edit.file for mutant in mutants.mutants().values() for edit in mutant.edits}
        for folder in ("runtime_under_test", "harness/compiler"):
            sources = {str(p.relative_to(ROOT)) for p in (ROOT / folder).glob("*.cc")}
            without = {name for name in sources - files if not _is_for_tests(name)}
            self.assertEqual({Path(name).name for name in without}, WITHOUT[folder])

    def test_no_two_are_the_same(self) -> None:
        texts = [tuple(sorted(m.sources().items())) for m in mutants.mutants().values()]
        self.assertEqual(len(texts), len(set(texts)))

    def test_the_page_tells_how_to_add_one(self) -> None:
        page = (FOLDER / "README.md").read_text(encoding="utf-8")
        [example] = re.findall(r"```toml\n(.*?)```", page, re.S)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "example.toml").write_text(example)
            [mutant] = mutants.chosen([], Path(folder))
        self.assertEqual(mutant.edits, mutants.mutants()[EXAMPLE].edits)


# Nothing in these can go wrong in a run.
WITHOUT = {
    "runtime_under_test": {
        "check.cc",  # ends the process
        "code.cc",  # prints code
        "defects.cc",  # a table
        "pages.cc",  # calls of the system
    },
    "harness/compiler": {
        "compiler.cc",  # names, and the order of functions
        "nest_runner.cc",  # runs what the others have compiled
    },
}
EXAMPLE = "closure-of-preempted-not-adjusted"


def _is_for_tests(name: str) -> bool:
    return name.endswith(("_test.cc", "_benchmark.cc"))


class ChosenTest(unittest.TestCase):
    """Mutants by name."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def describe(self, name: str, text: str) -> None:
        (self.folder / f"{name}.toml").write_text(text)

    def chosen(self, *names: str) -> list[Mutant]:
        return mutants.chosen(names, self.folder)

    def test_all_or_those_that_are_named(self) -> None:
        for name in ("b", "a"):
            self.describe(name, 'description = "D."\nedit = []\n')
        self.assertEqual([m.name for m in self.chosen()], ["a", "b"])
        self.assertEqual([m.name for m in self.chosen("b", "b")], ["b"])

    def test_what_is_wrong_is_bad_input(self) -> None:
        edit = '[[edit]]\nfile = "CMakeLists.txt"\nfind = "%s"\nreplace = ""\n'
        for name, text, message in (
            ("other", 'description = "D."\nedit = []', "no mutant a;"),
            ("a", "edit = []", "a.toml: 'description'"),
            ("a", 'description = "D."\nreleases = "1"\nedit = []', "releases"),
            ("a", 'description = "D."\n[[edit]]\nline = 1', "line"),
            ("a", 'description = "', "a.toml: "),
            ("a", f'description = "D."\n{edit % "no such thing"}', "mutant a does not fit: CMake"),
            ("a", f'description = "D."\n{edit % "x"}'.replace("CMake", "None"), "does not fit: No"),
        ):
            with self.subTest(message), self.assertRaisesRegex(QuakeError, message) as caught:
                self.describe(name, text)
                self.chosen("a")
            self.assertEqual(caught.exception.status, Status.BAD_INPUT)
            (self.folder / f"{name}.toml").unlink()


if __name__ == "__main__":
    unittest.main()
