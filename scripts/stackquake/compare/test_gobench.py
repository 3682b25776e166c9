"""Tests of the benchmark for real Go: its source, and how it is built and run."""

import asyncio
import json
import tempfile
import unittest
from pathlib import Path

from stackquake.compare import gobench
from stackquake.compare.measuring import LISTER, descriptions
from stackquake.fakes import write_program
from stackquake.go import toolchain
from stackquake.go.toolchain import Toolchain
from stackquake.jobs import build
from stackquake.status import QuakeError

TOLD = [
    {
        "name": "chain",
        "sizes": [
            {"size": 1, "functions": "func again(n int) {\n\tagain(n - 1)\n}\n\n"
                                     "func operate(times int) {\n\tagain(1)\n}\n"},
            {"size": 10, "functions": "func operate(times int) {\n\truntime.GC()\n}\n"},
        ],
    }
]
# Stands in for the go command: the program that it builds tells how it was built.
GO = """
import json, os, sys
name = sys.argv[sys.argv.index("-o") + 1]
flags = [word for word in sys.argv if word.startswith("-gcflags")]
told = {"flags": flags, "files": sorted(os.listdir("."))}
with open("told.json", "w") as file:
    json.dump(told, file)
with open("builds", "a") as file:
    file.write("x")
with open(name, "w") as file:
    file.write("#!/bin/sh\\necho '{\\"chain/1\\": 2.5}'\\n")
os.chmod(name, 0o755)
"""


class SourceTest(unittest.TestCase):
    def test_functions_of_all_sizes_have_names_of_their_own(self) -> None:
        source = gobench.source_of(TOLD)
        for line in (
            'import "runtime"',
            "//go:noinline\nfunc chain_1_again(n int) {\n\tchain_1_again(n - 1)\n}",
            "//go:noinline\nfunc chain_1_operate(times int) {\n\tchain_1_again(1)\n}",
            "func chain_10_operate(times int) {\n\truntime.GC()\n}",
            '\t{"chain/1", chain_1_operate},\n\t{"chain/10", chain_10_operate},\n',
        ):
            self.assertIn(line, source)


class BuildTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def toolchain(self, text: str = GO, release: tuple[int, int] = (1, 24)) -> Toolchain:
        program = write_program(self.folder / "go", text)
        return Toolchain(program, "go1.24.4", release, self.folder)

    def build(self, toolchain: Toolchain) -> gobench.GoProgram:
        return gobench.built(toolchain, TOLD, self.folder / "cache")

    def test_what_moves_the_stack_is_the_one_package_that_is_compiled_so(self) -> None:
        program = self.build(self.toolchain())
        told = json.loads((program.path.parent / "told.json").read_text("utf-8"))
        [flags] = told["flags"]
        self.assertEqual(
            flags, "-gcflags=quake/moved=-d=maymorestack=runtime.mayMoreStackMove"
        )
        self.assertEqual(told["files"], ["go.mod", "main.go", "moved", "operations.go"])
        self.assertEqual(asyncio.run(program.measure()), {"chain/1": 2.5})
        self.assertEqual(program.name, "go1.24.4")

    def test_it_is_built_once(self) -> None:
        program = self.build(self.toolchain())
        self.assertEqual(self.build(self.toolchain()), program)
        self.assertEqual((program.path.parent / "builds").read_text("utf-8"), "x")

    def test_a_toolchain_that_cannot_do_it_is_told_of(self) -> None:
        with self.assertRaisesRegex(QuakeError, "no way to move a stack"):
            self.build(self.toolchain(release=(1, 17)))
        with self.assertRaisesRegex(QuakeError, "go1.24.4: out of order"):
            self.build(self.toolchain("import sys\nsys.exit('out of order')"))

    def test_a_program_that_fails_is_told_of(self) -> None:
        program = write_program(self.folder / "bad", "import sys\nsys.exit('fatal error: x')")
        with self.assertRaisesRegex(QuakeError, "of go1 ended with 1: fatal error: x"):
            asyncio.run(gobench.GoProgram("go1", program).measure())


class OnGoTest(unittest.TestCase):
    """With the real operations and a real toolchain: the first that is there."""

    def test_moves_copy_the_stack(self) -> None:
        [found, *_] = toolchain.find()
        told = asyncio.run(descriptions(build.program("check", LISTER)))
        program = gobench.built(found, told)
        times = asyncio.run(program.measure("copy_frames/16", "copy_frames/4096", "call/1"))
        self.assertEqual(set(times), {"copy_frames/16", "copy_frames/4096", "call/1"})
        # 256 times as many frames. A move that does nothing takes as long as a call.
        self.assertGreater(times["copy_frames/4096"], 10 * times["copy_frames/16"])
        self.assertGreater(times["copy_frames/16"], 10 * times["call/1"])


if __name__ == "__main__":
    unittest.main()
