"""Ctrl-C at `quake go` as a user has it: the whole command, with a stand-in for a toolchain."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from stackquake.fakes import write_program
from stackquake.files import ROOT
from stackquake.go import nests, toolchain
from stackquake.go.modes import MODES
from stackquake.go.variant import Variant
from stackquake.jobs.test_children import is_running, wait_until

NEST = "package main\n\nfunc main() {\n\ttrace(5)\n}\n"

# Starts a process of its own, tells of both in a file, and waits for ever.
HANGS = """
sleep 600 &
echo $$ $! >{file}.new
mv {file}.new {file}
wait
"""

# A toolchain that says what it is, and otherwise does the rest of the script.
TOOLCHAIN = """#!/bin/sh
if [ "$1" = env ]; then
  echo {version}
  echo {folder}
  exit
fi
"""


class InterruptTest(unittest.TestCase):
    """Whatever runs when it comes is ended, together with what that has started."""

    def setUp(self) -> None:
        nests.ensure_programs()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pids = self.folder / "pids"
        self.nest = self.folder / "nest.go"
        self.nest.write_text(NEST)

    def interrupt(self, program: Path) -> None:
        """Runs the command until the stand-in hangs, interrupts it, and looks what is left."""
        main = ROOT / "scripts" / "stackquake" / "__main__.py"
        command = [sys.executable, "-I", str(main), "go", str(self.nest), f"--go={program}"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen(command, **pipes, text=True) as process:
            begun = wait_until(self.pids.exists)
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
        self.assertTrue(begun, errors)
        self.assertEqual((process.returncode, output), (128 + signal.SIGINT, ""), errors)
        self.assertNotIn("Traceback", errors)
        left = [pid for pid in map(int, self.pids.read_text().split()) if is_running(pid)]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.assertEqual(left, [])

    def toolchain(self, does: str) -> Path:
        """A stand-in whose builds do so. Its version is its own, and so is its build cache."""
        says = TOOLCHAIN.format(version=f"go1.19.9{os.getpid()}", folder=self.folder)
        program = write_program(self.folder / "go", says + does)
        [found] = toolchain.find([str(program)])
        self.addCleanup(shutil.rmtree, Variant(found, MODES["plain"]).home)
        return program

    def test_a_compiler(self) -> None:
        self.interrupt(self.toolchain(HANGS.format(file=self.pids)))

    def test_a_nest(self) -> None:
        hangs = "#!/bin/sh" + HANGS.format(file=self.pids)
        nest = write_program(self.folder / "program", hangs)
        self.interrupt(self.toolchain(f"cp {nest} batch\n"))


if __name__ == "__main__":
    unittest.main()
