"""Tests of the build for services: what it consists of, and the environment of build.sh."""

import json
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from stackquake.engines import service_build
from stackquake.engines.service_build import KINDS, Kind, build_kind, environment
from stackquake.engines.test_binaries import KNOWN
from stackquake.fakes import write_program
from stackquake.files import ROOT
from stackquake.jobs.linter import INCLUDE
from stackquake.status import QuakeError, Status

LIBRARY = re.compile(r"^\s*#\s*include <(CLI|nlohmann|boost|gtest|gmock|benchmark)/", re.M)


def commands(folder: Path) -> list[dict[str, str]]:
    """The compile commands of a build for services, on a machine without CLI11 and JSON."""
    options = ["-DSTACKQUAKE_FOR_SERVICE=ON", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"]
    options += [f"-DCMAKE_DISABLE_FIND_PACKAGE_{name}=ON" for name in ("CLI11", "nlohmann_json")]
    options += ["-DCMAKE_CXX_COMPILER=clang++", "-DCMAKE_CXX_FLAGS=-fsanitize-coverage=trace-cmp"]
    command = ["cmake", "-S", str(ROOT), "-B", str(folder), "-G", "Ninja", *options]
    subprocess.run(command, check=True, capture_output=True)
    found: list[dict[str, str]] = json.loads((folder / "compile_commands.json").read_text("utf-8"))
    return found


def with_includes(sources: list[Path]) -> set[Path]:
    """The sources, and the project's own files that they include, however indirectly."""
    seen: set[Path] = set()
    while sources:
        file = sources.pop()
        if file not in seen:
            seen.add(file)
            sources += [ROOT / name for name in INCLUDE.findall(file.read_text("utf-8"))]
    return seen


class ServiceBuildTest(unittest.TestCase):
    commands: list[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        with tempfile.TemporaryDirectory() as name:
            cls.commands = commands(Path(name))

    def test_it_needs_no_library_but_boosts_fibers(self) -> None:
        files = with_includes([Path(command["file"]) for command in self.commands])
        found = {
            (str(file.relative_to(ROOT)), library)
            for file in files
            for library in LIBRARY.findall(file.read_text("utf-8"))
        }
        self.assertEqual(found, {("runtime_under_test/fiber.cc", "boost")})

    def test_it_has_every_program(self) -> None:
        programs = {
            (match[1], match[2])
            for command in self.commands
            if (text := command["command"].replace("\\", ""))
            and (match := re.search(r'STACKQUAKE_DESIGN="(.*?)".* -o .*/(\w+)\.dir/', text))
        }
        self.assertEqual(programs, {(binary.design, binary.name) for binary in KNOWN})

    def test_only_the_code_under_test_guides_an_engine(self) -> None:
        taken_back = "-fno-sanitize-coverage=trace-cmp -fno-sanitize=fuzzer-no-link"
        without = {
            Path(command["file"]).parent.name
            for command in self.commands
            if taken_back in command["command"]
        }
        self.assertIn("generator", without)
        self.assertNotIn("runtime_under_test", without)


class EnvironmentTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def build(self, script: str, **environment_of_user: str) -> Path:
        path = write_program(self.folder / "build.sh", f"#!/bin/sh\n{script}\n")
        with (
            mock.patch.object(service_build, "FOLDER", self.folder / "services"),
            mock.patch.object(service_build, "SCRIPT", path),
            mock.patch.dict("os.environ", environment_of_user),
        ):
            return build_kind(Kind("libfuzzer", "address"), verbose=False)

    def test_each_kind_has_its_sanitizer_and_engine(self) -> None:
        for kind in KINDS:
            flags = environment(kind)["CXXFLAGS"]
            self.assertEqual("-fsanitize=address" in flags, kind.sanitizer == "address")
            self.assertEqual("-fcoverage-mapping" in flags, kind.sanitizer == "coverage")
            instrumented = kind.engine == "libfuzzer" and kind.sanitizer != "coverage"
            self.assertEqual("fuzzer-no-link" in flags, instrumented)

    def test_out_is_empty_and_work_is_kept(self) -> None:
        script = 'test -z "$(ls "$OUT")"; test -d "$SRC/stackquake/fuzzers"; touch "$OUT/x"'
        self.build(f"{script} && echo 1 >> $WORK/runs")
        out = self.build(f"{script} && echo 2 >> $WORK/runs")
        self.assertEqual([path.name for path in out.iterdir()], ["x"])
        self.assertEqual((out.parent / "work" / "runs").read_text(), "1\n2\n")

    def test_another_compiler_begins_anew(self) -> None:
        self.build("echo 1 >> $WORK/runs")
        out = self.build("echo $CXX >> $WORK/runs", CXX="other++")
        self.assertEqual((out.parent / "work" / "runs").read_text(), "other++\n")

    def test_a_build_that_fails_says_why(self) -> None:
        with self.assertRaises(QuakeError) as caught:
            self.build("echo no boost; exit 1")
        self.assertEqual(caught.exception.status, Status.MISSING)
        self.assertIn("no boost", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
