"""Tests of what is measured, with a program that LLVM's tools count for real."""

import subprocess
import tempfile
import unittest
from pathlib import Path

from stackquake.coverage import profiles
from stackquake.coverage.lines import Region, own_name, read_tracefile, unreached
from stackquake.status import QuakeError

SOURCE = """\
#include <cstdio>

namespace {

void reached() {
  std::puts("one");
}

void forgotten(int times) {
  for (int i = 0; i < times; ++i) {
    std::puts("two");
  }
}

}  // namespace

int main(int argc, char**) {
  reached();
  if (argc > 1) {
    forgotten(argc);
  }
}
"""

TRACEFILE = """\
SF:/project/a.cc
FN:3,_ZN1fEv
FNDA:1,_ZN1fEv
DA:3,1
DA:4,0
DA:5,0
DA:7,2
DA:8,0
FN:9,_ZN1gEv
DA:9,0
end_of_record
SF:/usr/include/other.h
DA:1,0
end_of_record
"""


class CompiledTest(unittest.TestCase):
    """A whole measurement."""

    def setUp(self) -> None:
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)
        (self.folder / "program.cc").write_text(SOURCE, "utf-8")
        self.program = self.folder / "program"
        flags = ["-fprofile-instr-generate", "-fcoverage-mapping"]
        command = ["clang++", *flags, "-o", self.program, self.folder / "program.cc"]
        subprocess.run(command, check=True)

    def run_program(self, *arguments: str) -> None:
        with profiles.counted(self.folder):
            subprocess.run([self.program, *arguments], check=True, stdout=subprocess.DEVNULL)

    def regions(self) -> list[Region]:
        profile = profiles.Profile.merge(self.folder, [self.program])
        sources = read_tracefile(profile.tracefile(), self.folder)
        return unreached(sources, profiles.demangled)

    def test_functions_and_branches_that_never_ran_are_told(self) -> None:
        self.run_program()
        self.assertEqual(
            self.regions(),
            [Region("program.cc", "forgotten", 9, 13), Region("program.cc", "main", 20, 21)],
        )

    def test_the_counts_of_several_runs_add_up(self) -> None:
        self.run_program()
        self.run_program("argument")
        self.assertEqual(self.regions(), [])

    def test_without_a_run_there_is_nothing_to_measure(self) -> None:
        with self.assertRaisesRegex(QuakeError, "no run has left counts"):
            self.regions()


class TracefileTest(unittest.TestCase):
    """Reading."""

    def test_a_region_ends_where_a_line_ran_or_a_function_begins(self) -> None:
        sources = read_tracefile(TRACEFILE, Path("/project"))
        regions = unreached(sources, lambda names: [name[3] + "()" for name in names])
        self.assertEqual([region.place for region in regions], ["a.cc:4-5", "a.cc:8", "a.cc:9"])
        self.assertEqual([region.function for region in regions], ["1", "1", "1"])

    def test_sources_outside_of_the_project_do_not_count(self) -> None:
        [source] = read_tracefile(TRACEFILE, Path("/project"))
        self.assertEqual((source.file, source.reached, len(source.counts)), ("a.cc", 2, 6))

    def test_names_are_those_of_the_source(self) -> None:
        self.assertEqual(own_name("quake::Heap::sweep(std::vector<int>&)"), "sweep")
        self.assertEqual(own_name("a.cxx:quake::(anonymous namespace)::f(int) const"), "f")
        self.assertEqual(own_name("quake::show[abi:cxx11](quake::Program const&)"), "show")
        self.assertEqual(own_name("quake::f(int)::$_0::operator()(int) const"), "a lambda")


if __name__ == "__main__":
    unittest.main()
