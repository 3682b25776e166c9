"""Tests of toolchain.py: which program is meant."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.fakes import write_program
from stackquake.go import toolchain
from stackquake.status import QuakeError, Status


class GccgoTest(unittest.TestCase):
    """GCC's compiler, whose package may be that of one release."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        patch = mock.patch.dict("os.environ", PATH=f"{self.folder}:/usr/bin/nonexistent")
        patch.start()
        self.addCleanup(patch.stop)

    def install(self, name: str, version: str) -> None:
        """Puts a stand-in on PATH."""
        write_program(self.folder / name, f"print('{name} (Debian {version}-1) {version}')")

    def versions(self, *named: str) -> list[str]:
        """Of the toolchains that these names stand for."""
        return [found.version for found in toolchain.find(named)]

    def test_the_newest_release_stands_in_for_the_program_without_a_number(self) -> None:
        for name, version in (("gccgo-9", "9.1.0"), ("gccgo-12", "12.2.0"), ("gccgo-x", "99.1.0")):
            self.install(name, version)
        self.assertEqual(self.versions("gccgo"), ["gccgo12.2.0"])
        self.assertEqual(self.versions("gccgo-9"), ["gccgo9.1.0"])

    def test_the_program_without_a_number_comes_first(self) -> None:
        self.install("gccgo-14", "14.2.0")
        self.install("gccgo", "13.1.0")
        self.assertEqual(self.versions("gccgo"), ["gccgo13.1.0"])

    def test_a_machine_without_any(self) -> None:
        self.assertIsNone(toolchain.newest_gccgo())
        with self.assertRaises(QuakeError) as raised:
            toolchain.find(["gccgo"])
        self.assertEqual(raised.exception.status, Status.MISSING)


class AskTest(unittest.TestCase):
    """What a toolchain is called with when it is asked for its version."""

    def test_it_has_no_folder_for_telemetry(self) -> None:
        """Where it has one, a process in the background may write while the folder is removed."""
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "go"
            said = "('set' if 'HOME' in os.environ or 'XDG_CONFIG_HOME' in os.environ else 'unset')"
            write_program(program, f"import os\nprint('go1.26.10\\n' + {said})")
            with mock.patch.dict("os.environ", HOME=folder, XDG_CONFIG_HOME=folder):
                (found,) = toolchain.find([str(program)])
        self.assertEqual(found.root, Path("unset"))


if __name__ == "__main__":
    unittest.main()
