"""The project's pages in Markdown, as its tests read them: links, anchors, and blocks to run.

A block of commands is run by the tests if a line `<!-- run -->` stands above it:

    <!-- run -->
    ```console
    $ scripts/quake oracle corpus/seeds/arithmetic_wraps.go
    corpus/seeds/arithmetic_wraps.go  exit; traces […]
    ```

A line that begins with `$ ` is a command. The lines below it are its standard output. Standard
error does not count: it has progress, and messages that depend on other builds. `…` stands for any
text within a line, and on a line of its own for any number of lines. All commands end with status
0, unless the line above the block says `<!-- run: status 1 -->`; then the last command ends with
that one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^ {0,3}(```+|~~~+)\s*(\S*)")
HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$")
CODE_SPAN = re.compile(r"(`+)(.+?)\1")
LINK = re.compile(r"\]\(\s*<?([^()\s>]*(?:\([^()\s]*\)[^()\s>]*)*)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
ATTRIBUTE = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)=\"([^\"]*)\"")
EXPLICIT_ANCHOR = re.compile(r"<a\b[^>]*?\b(?:id|name)=\"([^\"]+)\"")
MARK = re.compile(r"^<!-- run(?:: status (\d+))? -->$")
ANY = "…"
PROMPT = "$ "


@dataclass(frozen=True)
class Line:
    """A line of a page, counted from 1."""

    number: int
    text: str
    in_code: bool


@dataclass(frozen=True)
class Link:
    """Where a link points to: a file or folder, as it is written there, and a place in it."""

    line: int
    path: str
    anchor: str


@dataclass(frozen=True)
class Command:
    """A command of a block, the lines of its standard output, and its exit status."""

    line: int
    command: str
    expected: tuple[str, ...]
    status: int = 0


class BadPage(ValueError):
    """A page that cannot be read: a mark without a block, a block without a command or an end."""


def read_lines(text: str) -> list[Line]:
    """The lines of a page; `in_code` are those of blocks of code and their fences."""
    lines: list[Line] = []
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = FENCE.match(line)
        if fence:
            lines.append(Line(number, line, True))
            if match and match[1].startswith(fence) and not match[2]:
                fence = ""
        else:
            fence = match[1] if match else ""
            lines.append(Line(number, line, bool(match) or _is_indented_code(line, lines)))
    if fence:
        raise BadPage("a block of code has no end")
    return lines


def _is_indented_code(line: str, above: list[Line]) -> bool:
    """Such code has a blank line above it; what goes on in a list or a paragraph has not."""
    begins = not above or above[-1].in_code or not above[-1].text.strip()
    return line.startswith("    ") and begins


def links(text: str) -> Iterator[Link]:
    """The links of a page to other pages, files, folders and places of the project."""
    for line in read_lines(text):
        if line.in_code:
            continue
        prose = CODE_SPAN.sub("", line.text)
        targets = LINK.findall(prose) + ATTRIBUTE.findall(prose) + REFERENCE.findall(prose)
        for target in targets:
            if not re.match(r"[a-z][a-z0-9+.-]*:|//", target):
                path, _, anchor = target.partition("#")
                yield Link(line.number, path, anchor)


def anchors(text: str) -> set[str]:
    """The places of a page that a link can name: its headings, as hosts make anchors of them."""
    names: set[str] = set()
    counts: dict[str, int] = {}
    for line in read_lines(text):
        if line.in_code:
            continue
        names.update(EXPLICIT_ANCHOR.findall(line.text))
        if heading := HEADING.match(line.text):
            name = _slug(heading[1])
            count = counts.get(name, 0)
            counts[name] = count + 1
            names.add(f"{name}-{count}" if count else name)
    return names


def _slug(heading: str) -> str:
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")


def commands(text: str) -> list[Command]:
    """The commands of the blocks that are marked, in the order of the page."""
    lines = read_lines(text)
    found: list[Command] = []
    for index, line in enumerate(lines):
        if not line.in_code and (mark := MARK.match(line.text.strip())):
            found += _block(lines[index + 1 :], line.number, int(mark[1] or 0))
        elif not line.in_code and line.text.lstrip().startswith("<!-- run"):
            raise BadPage(f"line {line.number}: no such mark: {line.text.strip()}")
    return found


def _block(lines: list[Line], mark: int, status: int) -> list[Command]:
    """The commands of the block that begins with the first of the lines."""
    fence = FENCE.match(lines[0].text) if lines else None
    if not fence or fence[2] != "console":
        raise BadPage(f"line {mark}: no block of the kind console below the mark")
    found: list[Command] = []
    for line in lines[1:]:
        if line.text.strip() == fence[1]:
            break
        if line.text.startswith(PROMPT):
            found.append(Command(line.number, line.text.removeprefix(PROMPT), ()))
        elif not found:
            raise BadPage(f"line {line.number}: output above the first command")
        else:
            last = found[-1]
            found[-1] = Command(last.line, last.command, (*last.expected, line.text))
    if not found:
        raise BadPage(f"line {mark}: no command in the block")
    last = found[-1]
    found[-1] = Command(last.line, last.command, last.expected, status)
    return found


def prints(expected: tuple[str, ...], output: str) -> bool:
    """Whether a command's output is what a page says. Spaces at the ends of lines do not count."""
    pattern = ""
    for line in expected:
        if line.strip() == ANY:
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split(ANY))) + "\n"
    shown = "".join(line.rstrip() + "\n" for line in output.splitlines())
    return re.fullmatch(pattern, shown) is not None
