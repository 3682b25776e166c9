"""Tests of fetching.py, and of naming what it has fetched, with stand-ins for apt."""

import contextlib
import io
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from stackquake import cli, packages
from stackquake.fakes import write_program
from stackquake.go import apt, fetching, toolchain
from stackquake.status import QuakeError, Status

# Knows the packages of Go 1.24, which have a go command, of 1.23, which have none, and of gccgo-14.
# It notes the sources that it is told of. `offline` beside it makes it fail as apt does without a
# network, `old` as it does with old lists unless they are allowed, and `slow` makes it hang.
APT = """
import os, pathlib, sys, time
here = pathlib.Path(sys.argv[0]).parent
words = [word for word in sys.argv[1:] if word[0] != "-" and "=" not in word]
if words[0] == "indextargets":
    print("x-mirror://debian/")
elif words[0] == "update":
    [option] = [word for word in sys.argv if word.startswith("Dir::Etc::sourcelist=")]
    (here / "sources").write_text(pathlib.Path(option.partition("=")[2]).read_text())
    if (here / "offline").exists():
        print("E: Failed to fetch x-mirror://debian/", file=sys.stderr)
        sys.exit(100)
    if (here / "old").exists() and "Acquire::Check-Valid-Until=false" not in sys.argv:
        print("E: Release file for x-mirror://debian/ is expired", file=sys.stderr)
        sys.exit(100)
    if (here / "slow").exists():
        time.sleep(60)
elif words[0] == "show":
    sys.exit(0 if words[1] in ("golang-1.24-go", "golang-1.23-go", "gccgo-14") else 100)
elif words[0] == "install":
    [option] = [word for word in sys.argv if word.startswith("Dir::Cache::archives=")]
    (pathlib.Path(option.partition("=")[2]) / "gccgo-14_1_amd64.deb").write_text(words[1])
elif words[0] == "download":
    for word in words[1:]:
        pathlib.Path(word + "_1_amd64.deb").write_text(word)
"""
DPKG_DEB = """
import pathlib, sys
package, root = map(pathlib.Path, sys.argv[2:])
if package.name.startswith("golang-1.24-go"):
    program = root / "usr/lib/go-1.24/bin/go"
    program.parent.mkdir(parents=True)
    program.write_text("go")
    program.chmod(0o755)
elif package.name.startswith("gccgo-14"):
    (root / "usr/bin").mkdir()
    (root / "lib/x86_64-linux-gnu").mkdir()
    for name in ("usr/bin/gccgo-14", "lib/x86_64-linux-gnu/libc.so.6"):
        (root / name).write_bytes(b"\x7fELF")
    (root / "usr/bin/as").write_text("#!/bin/sh")
else:
    root.mkdir(exist_ok=True)
"""


# Notes what it is to change. Only programs have a loader.
PATCHELF = """
import pathlib, sys
*flags, file = sys.argv[1:]
if flags == ["--print-interpreter"]:
    sys.exit(0)
with open(pathlib.Path(sys.argv[0]).with_name("patched"), "a") as out:
    print(*flags, pathlib.Path(file).name, file=out)
"""


class FetchingTest(unittest.TestCase):
    """Toolchains from packages."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "bin").mkdir()
        for name, text in (
            ("apt-get", APT),
            ("apt-cache", APT),
            ("dpkg-deb", DPKG_DEB),
            ("patchelf", PATCHELF),
        ):
            write_program(self.folder / "bin" / name, text)
        path = f"{self.folder}/bin{os.pathsep}{os.environ['PATH']}"
        patches: tuple[Any, ...] = (
            mock.patch.object(fetching, "FOLDER", self.folder / "toolchains"),
            mock.patch.object(apt, "FOLDER", self.folder / "apt"),
            mock.patch.dict(os.environ, PATH=path),
            mock.patch.object(packages, "ensure"),
        )
        for patch in patches:
            patch.start()
            self.addCleanup(patch.stop)

    def setup(self, versions: str) -> tuple[int, str]:
        """Status and output of `quake setup`."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            status = cli.main(["setup", f"--go={versions}"])
        return status, out.getvalue()

    def test_a_toolchain_that_was_fetched_has_the_name_of_its_version(self) -> None:
        status, told = self.setup("1.24")
        program = fetching.root_of("1.24") / "bin" / "go"
        self.assertEqual(status, Status.OK)
        self.assertIn("Go 1.24: ", told)
        self.assertEqual(toolchain._program("1.24"), program)
        self.assertEqual(fetching.fetched(), [program])

    def test_what_is_there_is_not_fetched_again(self) -> None:
        self.setup("1.24")
        (self.folder / "bin" / "offline").touch()
        status, told = self.setup("1.24")
        self.assertEqual(status, Status.OK)
        self.assertNotIn("fetched now", told)

    def test_the_sources_are_the_mirror_of_the_system_with_other_suites(self) -> None:
        self.setup("1.24")
        lines = (self.folder / "bin" / "sources").read_text().splitlines()
        self.assertEqual(len(lines), len(apt.SUITES))
        for line, suite in zip(lines, apt.SUITES):
            self.assertIn(f"x-mirror://debian/ {suite} main", line)

    def test_without_a_network_the_message_says_so(self) -> None:
        (self.folder / "bin" / "offline").touch()
        with self.assertRaisesRegex(QuakeError, "is there a network.*Failed to fetch") as raised:
            self.setup("1.24")
        self.assertEqual(raised.exception.status, Status.MISSING)

    def test_a_mirror_that_stands_still_will_do(self) -> None:
        (self.folder / "bin" / "old").touch()
        self.assertEqual(self.setup("1.24")[0], Status.OK)

    def test_a_version_that_no_suite_has_does_not_keep_others_away(self) -> None:
        with self.assertRaisesRegex(QuakeError, "packages of Go 1.5 any more") as raised:
            self.setup("1.5,1.24")
        self.assertEqual(raised.exception.status, Status.MISSING)
        self.assertTrue(fetching.root_of("1.24").exists())

    def test_a_package_without_a_toolchain_leaves_nothing(self) -> None:
        with self.assertRaisesRegex(QuakeError, "no toolchain in the usual place"):
            self.setup("1.23")
        self.assertEqual(fetching.fetched(), [])

    def test_what_is_no_version_is_refused(self) -> None:
        words = "write versions, as 1.24,1.27, or gccgo-14"
        with self.assertRaisesRegex(QuakeError, words) as raised:
            self.setup("latest")
        self.assertEqual(raised.exception.status, Status.BAD_INPUT)

    def test_gccgo_uses_the_libraries_that_were_fetched_with_it(self) -> None:
        status, told = self.setup("gccgo-14,1.24")
        place = self.folder / "toolchains" / "gccgo-14"
        self.assertEqual(status, Status.OK)
        self.assertIn("gccgo-14: ", told)
        [patched] = (self.folder / "bin" / "patched").read_text().splitlines()
        libraries = place / "usr/lib/x86_64-linux-gnu"
        self.assertTrue((libraries / "libc.so.6").exists())
        loader = libraries / "ld-linux-x86-64.so.2"
        flags = f"--set-interpreter {loader} --force-rpath --set-rpath {libraries}"
        self.assertEqual(patched, f"{flags} gccgo-14")
        script = toolchain._program("gccgo-14")
        self.assertEqual(script, place / "gccgo-14")
        text = script.read_text()
        self.assertIn(f"exec {place}/usr/bin/gccgo-14 -B {place}/usr/bin/ ", text)
        self.assertIn(f"-Wl,--dynamic-linker={loader} ", text)
        programs = [fetching.program_of(name) for name in ("1.24", "gccgo-14")]
        self.assertEqual(fetching.fetched(), programs)

    def test_a_gccgo_that_is_not_there_is_told_with_what_fetches_it(self) -> None:
        with self.assertRaisesRegex(QuakeError, "scripts/quake setup --go=gccgo-99 fetches it"):
            toolchain._program("gccgo-99")

    def test_for_the_tests_what_is_installed_is_not_fetched(self) -> None:
        (self.folder / "go-1.19").mkdir()
        with mock.patch.object(fetching, "INSTALLED", self.folder):
            self.assertEqual(fetching.ensure_for_tests(), ["1.24"])

    def test_the_tests_do_not_wait_long(self) -> None:
        (self.folder / "bin" / "slow").touch()
        with (
            mock.patch.object(fetching, "INSTALLED", self.folder),
            mock.patch.object(fetching, "FOR_TESTS_SECONDS", 0.2),
            self.assertRaisesRegex(QuakeError, "took more than 0.2 s") as raised,
        ):
            fetching.ensure_for_tests()
        self.assertEqual(raised.exception.status, Status.MISSING)

    def test_a_version_that_is_not_there_is_told_with_what_fetches_it(self) -> None:
        with mock.patch.object(toolchain, "INSTALLED", self.folder):
            with self.assertRaisesRegex(QuakeError, "scripts/quake setup --go=1.99 fetches it"):
                toolchain._program("1.99")


if __name__ == "__main__":
    unittest.main()
