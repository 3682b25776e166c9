"""`quake test`: C++ tests, Python tests, and on demand clang-tidy; one count of them all."""

import argparse
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from stackquake import packages
from stackquake.files import BUILD, ROOT
from stackquake.go import fetching
from stackquake.jobs import build, linter
from stackquake.jobs.progress import run_quietly
from stackquake.repository import tracked
from stackquake.status import QuakeError, Status
from stackquake.verbs import engines

# The files with the results of the last run, in JUnit's format.
RESULTS = BUILD / "test-results"

# What ctest prints of a test that is under way or has passed.
UNREMARKABLE = re.compile(r"^\s*(Start\s+\d+:|\d+/\d+ Test\s+#\d+: .* Passed )")

# The suite in a test's definition, as in TEST_F(LexerTest, ReadsNumbers).
SUITE = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+)", re.M)

# Where the test programs of the check build write their results.
CPP_RESULTS = BUILD / "check" / "test-results"

# A process with a share of a room's tests that hangs must not use up the time of all. The longest
# takes less than a minute of processor time.
SHARD_SECONDS = 600

# What pytest ends with: all passed, some failed, none selected.
PYTEST_ENDED = (0, 1, 5)


@dataclass(frozen=True)
class Count:
    """The number of tests that passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the verb."""
    text = "only tests with this in their name or in the name of their file"
    parser.add_argument("pattern", nargs="?", default="", help=text)
    parser.add_argument("--tidy", action="store_true", help="clang-tidy as well, which takes long")
    text = "clang-tidy as well, on what differs from the main branch, or from ten commits before"
    parser.add_argument("--tidy-changed", action="store_true", help=text)
    text = "instead, build the fuzz targets as OSS-Fuzz does, and check them as it does"
    parser.add_argument("--engines", action="store_true", help=text)


def main(options: argparse.Namespace) -> Status:
    """Runs the tests that are asked for; the last line says `N passed, N failed`."""
    if options.engines:
        return engines.check(options.pattern, verbose=options.verbose)
    packages.ensure("python", "build", "check", "trials")  # the tests test that verb, too
    if os.environ.get("CI") and not options.pattern:
        fetch_toolchains()
    total = cpp_tests(options.pattern, options.verbose)
    total += python_tests(ROOT / "scripts", options.pattern, options.verbose)
    if options.tidy or options.tidy_changed:
        total += tidy(changed_only=not options.tidy)
    if total == Count():
        message = f"no test has {options.pattern!r} in its name or its file's name"
        raise QuakeError(Status.BAD_INPUT, message)
    if total.skipped:
        print(f"{total.skipped} skipped")
    print(f"{total.passed} passed, {total.failed} failed", flush=True)
    return Status.FOUND if total.failed else Status.OK


def fetch_toolchains() -> None:
    """Fetches Go for the tests of the trophies; without it they are skipped, which is told."""
    try:
        fetching.ensure_for_tests()
    except QuakeError as error:
        releases = " and ".join(fetching.FOR_TESTS)
        text = f"quake: the tests on Go {releases} that lack their toolchain are skipped: {error}"
        print(text, file=sys.stderr, flush=True)


def cpp_tests(pattern: str, verbose: bool) -> Count:
    """Builds and runs the C++ tests. A build that fails counts as one failed test."""
    try:
        build.ensure("check", verbose=verbose)
    except build.BuildFailed as error:
        print(f"quake: {error}", file=sys.stderr)
        return Count(failed=1)
    shutil.rmtree(CPP_RESULTS, ignore_errors=True)
    filters = {"GTEST_FILTER": selection(pattern)} if pattern else {}
    finished = run_quietly(
        ["ctest", "--preset", "check", "--parallel", str(build.cores())]
        + ["--timeout", str(SHARD_SECONDS)],
        "running the C++ tests",
        environment={"UBSAN_OPTIONS": "print_stacktrace=1", **os.environ, **filters},
        verbose=verbose,
        show=lambda line: not UNREMARKABLE.match(line),
    )
    count = sum((read_junit(path) for path in CPP_RESULTS.glob("*.xml")), Count())
    # A test program that crashes or hangs writes no results, and fails all the same.
    return count if finished.status == 0 or count.failed else count + Count(failed=1)


def selection(pattern: str) -> str:
    """The filter for GoogleTest, which knows suites and tests, but not their files."""
    files = [name for name in tracked("*_test.cc") if pattern in Path(name).name]
    suites = {suite for name in files for suite in suites_of((ROOT / name).read_text("utf-8"))}
    # Tests with parameters or types have more words around their suite.
    around = ("{}.*", "{}/*", "*/{}.*", "*/{}/*")
    choices = [form.format(suite) for suite in sorted(suites) for form in around]
    plain = re.sub("[-:]", "?", pattern)  # which mean something to GoogleTest
    return ":".join([f"*{plain}*", *choices])


def suites_of(source: str) -> set[str]:
    """The suites of the tests that a C++ source defines."""
    return set(SUITE.findall(source))


def python_tests(scripts: Path, pattern: str, verbose: bool) -> Count:
    """Runs the Python tests below a folder, on all cores."""
    results = _fresh("python.xml")
    command = [sys.executable, "-I", "-m", "pytest", str(scripts), "--rootdir", str(scripts)]
    command += ["-p", "no:cacheprovider", "--quiet", "--numprocesses", str(build.cores())]
    command += ["--junit-xml", str(results), "--containing", pattern]
    # Its workers are not isolated, so that modules could come from there.
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    print("quake: running the Python tests", file=sys.stderr, flush=True)
    finished = run_quietly(command, "", environment=environment, verbose=verbose)
    if finished.status not in (0, 5) and not verbose:
        print(finished.output, end="", file=sys.stderr)
    count = read_junit(results) if results.exists() else Count()
    return count if finished.status in PYTEST_ENDED else count + Count(failed=1)


def _fresh(name: str) -> Path:
    """A place for results, without those of an earlier run."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / name
    path.unlink(missing_ok=True)
    return path


def read_junit(path: Path) -> Count:
    """The count in a file of results, which GoogleTest or pytest has written."""
    outcomes = [_outcome(case) for case in ElementTree.parse(path).iter("testcase")]
    return Count(*(outcomes.count(outcome) for outcome in ("passed", "failed", "skipped")))


def _outcome(case: ElementTree.Element) -> str:
    if case.get("status") == "notrun" or case.find("skipped") is not None:
        return "skipped"
    failed = case.find("failure") is not None or case.find("error") is not None
    return "failed" if failed else "passed"


def tidy(*, changed_only: bool) -> Count:
    """Lints C++ sources of the check build; each is a test."""
    packages.ensure("develop")
    sources = linter.changed_sources() if changed_only else linter.all_sources()
    failed = linter.complaints(sources)
    return Count(len(sources) - failed, failed)
