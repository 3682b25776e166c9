"""Tests of names and commands as text for a terminal."""

import os
import subprocess
import unittest

from stackquake.printable import command_line, json_name, printable

NAMES = (
    "plain.go",
    "it's a 'nest'.go",
    "red \x1b[31m.go",
    "two\nlines\t1.go",
    os.fsdecode(b"not \xff utf-8 \xe4.go"),
    "back\\slash\x07'1.go",
    "ärger.go",
    "\u202eog.go",
    "",
)


class PrintableTest(unittest.TestCase):
    def test_only_what_cannot_be_printed_is_escaped(self) -> None:
        self.assertEqual(printable("ä b\\c"), "ä b\\c")
        self.assertEqual(printable("\x1b[31m\n\u202e"), r"\x1b[31m\n\u202e")
        self.assertEqual(printable(os.fsdecode(b"a\xff")), r"a\xff")

    def test_a_shell_reads_the_words_of_a_command_again(self) -> None:
        line = command_line(["printf", r"%s\0", *NAMES])
        self.assertTrue(line.isprintable())
        done = subprocess.run(["bash", "-c", line.encode()], capture_output=True, check=True)
        self.assertEqual(done.stdout.split(b"\0")[:-1], [os.fsencode(name) for name in NAMES])

    def test_words_without_need_are_not_quoted(self) -> None:
        self.assertEqual(command_line(["scripts/quake", "--out=a b"]), "scripts/quake '--out=a b'")


class JsonNameTest(unittest.TestCase):
    def test_a_name_is_text(self) -> None:
        self.assertEqual(json_name("ärger.go"), {"file": "ärger.go"})

    def test_a_name_that_is_not_text_has_its_bytes_too(self) -> None:
        name = os.fsdecode(b"\xff.go")
        self.assertEqual(json_name(name), {"file": "\ufffd.go", "file_hex": "ff2e676f"})


if __name__ == "__main__":
    unittest.main()
