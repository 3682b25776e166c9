"""Tests of instrumentation.py, on small programs that clang builds as it builds the targets."""

import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import targets
from stackquake.jobs.instrumentation import require_edges, require_sanitizer, sanitizer_calls
from stackquake.status import QuakeError
from stackquake.targets import Watched

SOURCE = """
namespace watched { int read(const int* p) { return *p; } }
int main(int count, char**) { return watched::read(&count); }
"""
READ = "_ZN7watched4read"


class InstrumentationTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def build(self, *flags: str) -> Path:
        program = self.folder / "program"
        command = ["clang++", "-x", "c++", "-", "-O0", *flags, "-o", str(program)]
        subprocess.run(command, input=SOURCE.encode(), check=True)
        return program

    async def test_a_program_without_the_sanitizer_in_its_code_is_refused(self) -> None:
        with mock.patch.dict(targets.WATCHED, {"nest": Watched(READ, 1, 100)}):
            await require_sanitizer("nest", self.build("-fsanitize=address"))
            program = self.build()
            with self.assertRaisesRegex(QuakeError, "has 0 calls of AddressSanitizer"):
                await require_sanitizer("nest", program)

    async def test_only_calls_in_the_named_functions_count(self) -> None:
        program = self.build("-fsanitize=address")
        self.assertEqual(await sanitizer_calls(program, READ), 1)
        self.assertEqual(await sanitizer_calls(program, "_ZN7missing"), 0)

    def test_too_few_edges_are_refused(self) -> None:
        with mock.patch.dict(targets.WATCHED, {"nest": Watched(READ, 1, 100)}):
            require_edges("nest", 100)
            with self.assertRaisesRegex(QuakeError, "reach 99 edges"):
                require_edges("nest", 99)

    def test_every_target_is_held_to_a_least_number(self) -> None:
        self.assertEqual(sorted(targets.WATCHED), targets.names())
        for watched in targets.WATCHED.values():
            self.assertGreater(min(watched.least_calls, watched.least_edges), 100)


if __name__ == "__main__":
    unittest.main()
