"""`quake test`: C++ tests, Python tests, and on demand clang-tidy; one count of them all."""

import os
import re
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from stackquake import build, packages
from stackquake.files import BUILD, ROOT
from stackquake.progress import run_quietly
from stackquake.repository import tracked
from stackquake.status import QuakeError, Status

# What ctest prints of a test that is under way or has passed.
UNREMARKABLE = re.compile(r"^\s*(Start\s+\d+:|\d+/\d+ Test\s+#\d+: .* Passed )")

# A line of clang-tidy about a source, without the colours that run-clang-tidy always asks for.
COLOUR = re.compile("\x1b\\[[0-9;]*m")
COMPLAINT = re.compile(r"^(/[^:]+):\d+:\d+: (?:error|warning)", re.M)

# One test that hangs must not use up the time of all.
TEST_SECONDS = 120


@dataclass(frozen=True)
class Count:
    """How many tests did what."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )


def main(pattern: str, *, tidy: bool, verbose: bool) -> Status:
    """Runs the tests whose name contains `pattern`; the last line says `N passed, N failed`."""
    packages.ensure("compare")  # what that verb needs its tests need
    total = cpp_tests(pattern, verbose) + python_tests(ROOT / "scripts", pattern, verbose)
    if tidy:
        total += clang_tidy()
    if total == Count():
        raise QuakeError(Status.BAD_INPUT, f"no test has {pattern!r} in its name")
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return Status.FOUND if total.failed else Status.OK


def cpp_tests(pattern: str, verbose: bool) -> Count:
    """Builds and runs the C++ tests. A build that fails counts as one failed test."""
    try:
        build.ensure("check", verbose=verbose)
    except build.BuildFailed as error:
        print(f"quake: {error}", file=sys.stderr)
        return Count(failed=1)
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        finished = run_quietly(
            _ctest(results, pattern),
            "running the C++ tests",
            environment={"UBSAN_OPTIONS": "print_stacktrace=1", **os.environ},
            verbose=verbose,
            show=lambda line: not UNREMARKABLE.match(line),
        )
        count = read_junit(results) if results.exists() else Count()
    # ctest also fails without a failed test, for instance where a test program is missing.
    return count if finished.status == 0 or count.failed else count + Count(failed=1)


def _ctest(results: Path, pattern: str) -> list[str]:
    command = ["ctest", "--preset", "check", "--parallel", str(build.cores())]
    command += ["--output-junit", str(results), "--timeout", str(TEST_SECONDS)]
    if pattern:
        command += ["--tests-regex", re.escape(pattern), "--no-tests=ignore"]
    return command


def read_junit(path: Path) -> Count:
    """The count in one of ctest's result files."""
    statuses = [case.get("status") for case in ElementTree.parse(path).iter("testcase")]
    passed = statuses.count("run")
    skipped = statuses.count("notrun") + statuses.count("disabled")
    return Count(passed, len(statuses) - passed - skipped, skipped)


def python_tests(folder: Path, pattern: str, verbose: bool) -> Count:
    """Runs the unittest files below a folder that is an import root, in this process."""
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{pattern}*"] if pattern else None
    suite = loader.discover(str(folder), "test_*.py", str(folder))
    print("quake: running the Python tests", file=sys.stderr)
    result = unittest.TextTestRunner(sys.stderr, verbosity=2 if verbose else 1).run(suite)
    broken = {_name(test) for test, _ in result.failures + result.errors}
    broken |= {_name(test) for test in result.unexpectedSuccesses}
    return Count(
        max(result.testsRun - len(broken) - len(result.skipped), 0),
        len(broken),
        len(result.skipped),
    )


def _name(test: unittest.TestCase) -> str:
    """The test's name; a failed subtest counts as its test."""
    return getattr(test, "test_case", test).id()


def clang_tidy() -> Count:
    """Lints every C++ source of the check build; each is a test."""
    packages.ensure("develop")
    sources = [ROOT / name for name in tracked("*.cc")]
    finished = run_quietly(
        ["run-clang-tidy", "-p", str(BUILD / "check"), "-quiet", "-j", str(build.cores())]
        + [f"^{re.escape(str(source))}$" for source in sources],
        "running clang-tidy",
        show=lambda line: bool(COMPLAINT.match(COLOUR.sub("", line))),
    )
    failed = len(set(COMPLAINT.findall(COLOUR.sub("", finished.output))))
    failed = min(max(failed, int(finished.status != 0)), len(sources))
    return Count(len(sources) - failed, failed)
