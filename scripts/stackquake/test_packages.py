"""Tests of packages.py and of the shell script that installs."""

import contextlib
import io
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake import packages
from stackquake.fakes import path_with, write_program
from stackquake.status import QuakeError, Status

KINDS = {"python", "build", "release", "check", "fuzz", "coverage", "trials", "explain"}
KINDS |= {"nightly", "compare", "afl", "services", "browser", "go", "gccgo", "develop"}


class PackagesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = Path(folder.name)
        self.log = self.bin / "log"
        environment = mock.patch.dict(os.environ, path_with(self.bin))
        environment.start()
        self.addCleanup(environment.stop)

    def fake_dpkg(self, *installed: str) -> None:
        lines = "\\n".join(f"{name} installed" for name in installed)
        write_program(self.bin / "dpkg-query", f"print('{lines}\\nremoved config-files')\n")

    def install(
        self, user: str, apt_status: int, sudo: int = 1
    ) -> subprocess.CompletedProcess[str]:
        """Runs the installer as `user` with an apt-get that writes down its calls."""
        write_program(self.bin / "id", f"#!/bin/sh\necho {user}\n")
        write_program(
            self.bin / "apt-get", f'#!/bin/sh\necho "$@" >>{self.log}\nexit {apt_status}\n'
        )
        write_program(self.bin / "sudo", f"#!/bin/sh\nexit {sudo}\n")
        return subprocess.run(
            [packages.INSTALLER, "one", "two"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )

    def test_the_table_names_each_package_once_with_a_purpose(self) -> None:
        table = packages.read_table()
        self.assertEqual(len({package.name for package in table}), len(table))
        self.assertIn("cmake", {package.name for package in table})
        for package in table:
            self.assertLessEqual(set(package.needed_by), KINDS)

    def test_a_package_is_needed_by_any_of_its_kinds(self) -> None:
        package = packages.Package("llvm", ("check", "fuzz"), "")
        self.assertTrue(package.is_needed_by(["build", "fuzz"]))
        self.assertFalse(package.is_needed_by(["build", "release"]))

    def test_missing_is_what_is_not_fully_installed(self) -> None:
        self.fake_dpkg("here")
        wanted = [packages.Package(name, ("build",), "") for name in ("here", "removed", "unknown")]
        self.assertEqual(
            [package.name for package in packages.missing(wanted)], ["removed", "unknown"]
        )

    def test_nothing_is_installed_when_nothing_is_missing(self) -> None:
        self.fake_dpkg(*(package.name for package in packages.read_table()))
        with mock.patch.object(packages, "INSTALLER", "/bin/false"):
            self.assertEqual(packages.ensure("build", "check"), [])

    def test_a_failed_installation_means_something_is_missing(self) -> None:
        self.fake_dpkg("here")
        with mock.patch.object(packages, "INSTALLER", "/bin/false"):
            errors = contextlib.redirect_stderr(io.StringIO())
            with errors, self.assertRaises(QuakeError) as caught:
                packages.ensure("build")
        self.assertEqual(caught.exception.status, Status.MISSING)

    def test_without_python_a_verb_installs_what_it_needs_at_once(self) -> None:
        for arguments, kinds in [
            (["fuzz", "--seconds", "30"], {"python", "build", "fuzz"}),
            (["test"], {"python", "build", "check", "trials"}),
            (["fuzz", "--help"], {"python"}),
            (["replay"], {"python"}),
            ([], {"python"}),
        ]:
            needed = [one.name for one in packages.read_table() if one.is_needed_by(kinds)]
            with self.subTest(arguments):
                self.assertEqual(self.installed_without_python(arguments), needed)

    def installed_without_python(self, arguments: list[str]) -> list[str]:
        """What scripts/quake would install for these arguments on a machine without Python."""
        quake = (packages.TABLE.parent / "quake").read_text()
        write_program(self.bin / "quake", quake.replace("/usr/bin/python3", "/nonexistent"))
        write_program(self.bin / "install_packages", '#!/bin/sh\necho "$@"\n')
        shutil.copy(packages.TABLE, self.bin)
        command = [self.bin / "quake", *arguments]
        return subprocess.run(command, capture_output=True, text=True).stdout.split()

    def test_root_installs_them_in_one_call(self) -> None:
        self.assertEqual(self.install("0", 0).returncode, 0)
        calls = self.log.read_text().splitlines()
        self.assertEqual(sum("install" in call.split() for call in calls), 1)
        self.assertTrue(calls[-1].endswith("install --yes --no-install-recommends one two"))

    def test_without_root_or_sudo_it_prints_the_line_to_run(self) -> None:
        finished = self.install("1000", 0)
        self.assertEqual(finished.returncode, 3)
        self.assertIn(
            "sudo apt-get install --yes --no-install-recommends one two\n", finished.stderr
        )
        self.assertFalse(self.log.exists())

    def test_a_failing_apt_is_tried_again_with_fresh_lists_and_then_exits_3(self) -> None:
        self.assertEqual(self.install("0", 100).returncode, 3)
        self.assertIn("update", self.log.read_text().splitlines()[-1])


if __name__ == "__main__":
    unittest.main()
