"""The house rules that a program can check, on every file that git tracks."""

import re
import subprocess
import unittest

from stackquake.files import ROOT
from stackquake.repository import tracked

LONGEST_FILE = 600  # in lines
LONGEST_LINE = 100  # in characters


def guard_of(header: str) -> str:
    """The include guard that a header at this path must have."""
    return "STACKQUAKE_" + re.sub(r"\W", "_", header).upper() + "_"


class StyleTest(unittest.TestCase):
    """Each test looks at all files and names those that break its rule."""

    def test_cpp_is_laid_out_by_clang_format(self) -> None:
        sources = tracked("*.cc", "*.h")
        self.assertTrue(sources)
        finished = subprocess.run(
            ["clang-format", "--dry-run", "-Werror", "--", *sources],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        bad = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", finished.stderr, re.M)))
        self.assertEqual(bad, [], "clang-format -i lays them out")
        self.assertEqual(finished.returncode, 0, finished.stderr)

    def test_guards_are_named_after_the_path(self) -> None:
        for header in tracked("*.h"):
            guard = guard_of(header)
            text = (ROOT / header).read_text(encoding="utf-8")
            with self.subTest(header):
                self.assertIn(f"#ifndef {guard}\n#define {guard}\n", text)
                self.assertTrue(text.rstrip().endswith(f"#endif  // {guard}"))

    def test_no_line_of_python_is_too_long(self) -> None:
        long: list[str] = []
        for name in tracked("*.py"):
            lines = enumerate((ROOT / name).read_text("utf-8").splitlines(), 1)
            long += [f"{name}:{number}" for number, line in lines if len(line) > LONGEST_LINE]
        self.assertEqual(long, [])

    def test_no_file_is_too_long(self) -> None:
        for name in tracked("*.cc", "*.h", "*.def", "*.py", "*.go"):
            lines = (ROOT / name).read_bytes().count(b"\n")
            with self.subTest(name):
                self.assertLessEqual(lines, LONGEST_FILE)


if __name__ == "__main__":
    unittest.main()
