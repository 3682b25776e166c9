"""Names and commands as text for a terminal, whatever bytes a file's name has."""

import os
import re
import shlex
from collections.abc import Iterable

# How os.fsdecode stands for a byte that is not UTF-8.
UNDECODED = re.compile("[\udc80-\udcff]")


def printable(text: str) -> str:
    r"""The text with control characters as \x1b or \u202e, and bytes that are not UTF-8 as \xff."""
    return "".join(char if char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    if UNDECODED.match(char):
        return rf"\x{os.fsencode(char)[0]:02x}"
    return ascii(char)[1:-1]


def command_line(words: Iterable[str]) -> str:
    """A command that a shell takes apart into these words again.

    A word that cannot be printed is written as $'…', which bash, zsh and POSIX.1-2024 know.
    """
    return " ".join(map(_quoted, words))


def _quoted(word: str) -> str:
    if word.isprintable():
        return shlex.quote(word)
    escaped = "".join(_shell_escaped(char) for char in word)
    return f"$'{escaped}'"


def _shell_escaped(char: str) -> str:
    """A character between $' and ', by its bytes: not every shell has escapes of Unicode."""
    if char in "\\'":
        return "\\" + char
    if char.isprintable():
        return char
    # Octal escapes end after three digits. \x1b in front of a digit would go on in some shells.
    return "".join(rf"\{byte:03o}" for byte in os.fsencode(char))


def json_name(name: str) -> dict[str, str]:
    """A file's name as keys of a JSON document.

    "file" has the name, with U+FFFD for bytes that are not UTF-8. Only where there are such bytes,
    "file_hex" has all bytes of the name in hexadecimal digits.
    """
    data = os.fsencode(name)
    text = data.decode(errors="replace")
    return {"file": text} if os.fsencode(text) == data else {"file": text, "file_hex": data.hex()}
