"""Tests of tables, on terminals of several widths."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import unittest

from stackquake.files import ROOT

COLOUR = re.compile("\x1b\\[[0-9;]*m")

PROGRAM = """
from stackquake.tables import cell, print_table, table
rows = table("file", "median", "what came of it", "spare")
rows.add_row(cell("a/rather/long/path/to/a.go"), "0.0", cell("ok", alarming=True), "1")
rows.add_row("b.go", "123456", cell("stale-pointer [x]"), "")
rows.add_row(cell("esc\\x1b.go"), "1", "", "2")
print_table(rows, spare={spare!r})
"""


class TablesTest(unittest.TestCase):
    def on_terminal(self, columns: int, spare: tuple[str, ...] = ()) -> list[str]:
        """The lines, without colours, that a terminal of this width gets."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        command = [sys.executable, "-c", PROGRAM.format(spare=spare)]
        names = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")
        environment = {k: v for k, v in os.environ.items() if k not in names}
        environment |= {"PYTHONPATH": str(ROOT / "scripts"), "TERM": "xterm"}
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, env=environment):
            os.close(theirs)
            text = b""
            try:
                while chunk := os.read(ours, 4096):
                    text += chunk
            except OSError:  # the terminal's other end is closed
                pass
        os.close(ours)
        return [line.rstrip() for line in COLOUR.sub("", text.decode()).splitlines()]

    def test_a_table_that_fits_has_a_line_for_each_row(self) -> None:
        lines = self.on_terminal(80)
        self.assertEqual(lines[0].split(), "file median what came of it spare".split())
        self.assertEqual(lines[1].split(), ["a/rather/long/path/to/a.go", "0.0", "ok", "1"])
        self.assertEqual(lines[2].split(), ["b.go", "123456", "stale-pointer", "[x]"])
        self.assertEqual(lines[3].split(), [r"esc\x1b.go", "1", "2"])
        self.assertEqual(len(lines), 4)

    def test_columns_that_can_be_spared_go_first(self) -> None:
        lines = self.on_terminal(56, ("spare", "median"))
        self.assertEqual(lines[0].split(), "file median what came of it".split())
        self.assertEqual(lines[-1], "(a wider terminal shows: spare)")
        self.assertEqual(len(lines), 5)

    def test_a_table_that_is_too_wide_becomes_paragraphs(self) -> None:
        for columns in (10, 40):
            self.assertEqual(
                self.on_terminal(columns),
                [
                    "a/rather/long/path/to/a.go",
                    "  median           0.0",
                    "  what came of it  ok",
                    "  spare            1",
                    "b.go",
                    "  median           123456",
                    "  what came of it  stale-pointer [x]",
                    r"esc\x1b.go",
                    "  median           1",
                    "  spare            2",
                ],
            )

    def test_where_there_is_no_terminal_lines_stay_whole(self) -> None:
        command = [sys.executable, "-c", PROGRAM.format(spare=("spare",))]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "COLUMNS": "20"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        self.assertEqual(len(done.stdout.splitlines()), 4)


if __name__ == "__main__":
    unittest.main()
