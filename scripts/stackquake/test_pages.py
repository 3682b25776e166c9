"""Tests of the project's pages: each link leads somewhere, each marked command does as written."""

import os
import subprocess
import unittest
from pathlib import PurePosixPath

from stackquake import pages
from stackquake.files import ROOT
from stackquake.jobs import build
from stackquake.pages import BadPage, Command, Link
from stackquake.repository import tracked

SECONDS = 60  # for one command; each should take far less than one second
PROGRAMS = ("run_nests", "run_oracle", "list_designs", "reduce_nest", "explain_nest")


def block(*lines: str, mark: str = "<!-- run -->") -> str:
    """A page with one marked block."""
    return "\n".join(["# Page", "", mark, "```console", *lines, "```", ""])


class FirstPageTest(unittest.TestCase):
    """What a stranger reads first."""

    def test_it_can_be_read_in_three_minutes(self) -> None:
        lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
        self.assertLessEqual(len(lines), 200)


class LinksTest(unittest.TestCase):
    """The reader of links and anchors."""

    def test_links_are_found_in_prose_alone(self) -> None:
        text = (
            "[a](one.md) and [b](two.md#part), ![c](three.png)\n"
            '[d]: four.md\n<a href="five.md">five</a>\n'
            "`[not](code.md)` [far](https://example.org/x.md) <mailto:someone@example.org>\n"
            "```\n[not](block.md)\n```\n"
            "\n    [not](indented.md)\n"
            "- a list\n    [whose item](goes.md) on\n"
            "[here](#top)\n"
        )
        self.assertEqual(
            list(pages.links(text)),
            [
                Link(1, "one.md", ""),
                Link(1, "two.md", "part"),
                Link(1, "three.png", ""),
                Link(2, "four.md", ""),
                Link(3, "five.md", ""),
                Link(11, "goes.md", ""),
                Link(12, "", "top"),
            ],
        )

    def test_anchors_are_made_as_hosts_make_them(self) -> None:
        text = (
            "# The `go` verb: what it does\n## Twice\n## Twice\n"
            "### See [a page](page.md), it's snake_case\n"
            '<a id="by-hand"></a>\n```\n# not one\n```\n'
        )
        self.assertEqual(
            pages.anchors(text),
            {
                "the-go-verb-what-it-does",
                "twice",
                "twice-1",
                "see-a-page-its-snake_case",
                "by-hand",
            },
        )

    def test_a_block_without_an_end_is_refused(self) -> None:
        with self.assertRaises(BadPage):
            pages.read_lines("```\nfor ever\n")


class CommandsTest(unittest.TestCase):
    """The reader of blocks, and the comparison of what is printed."""

    def test_commands_come_with_what_they_print(self) -> None:
        text = block("$ one", "1", "", "$ two", mark="<!-- run: status 3 -->")
        self.assertEqual(
            pages.commands(text), [Command(5, "one", ("1", "")), Command(8, "two", (), 3)]
        )

    def test_blocks_without_a_mark_are_left_alone(self) -> None:
        self.assertEqual(pages.commands("```console\n$ one\n```\n"), [])

    def test_marks_that_run_nothing_are_refused(self) -> None:
        for text in (
            "<!-- run -->\nprose\n",
            "<!-- run -->\n```sh\n$ one\n```\n",
            "<!-- run -->",
            block("no command"),
            block(),
            block("$ one", mark="<!-- run status 1 -->"),
        ):
            with self.subTest(text), self.assertRaises(BadPage):
                pages.commands(text)

    def test_an_ellipsis_stands_for_any_text(self) -> None:
        for expected, output, same in (
            (("a … c",), "a b c\n", True),
            (("a … c",), "a b\nb c\n", False),
            (("a", "…", "c"), "a\nb\nb\nc\n", True),
            (("a", "…", "c"), "a\nc\n", True),
            (("a", "…", "c"), "a\nb\n", False),
            (("a",), "a  \n", True),
            (("a",), "a\nb\n", False),
            (("a.c",), "abc\n", False),
            ((), "", True),
            ((), "a\n", False),
        ):
            with self.subTest(expected=expected, output=output):
                self.assertEqual(pages.prints(expected, output), same)


class PagesTest(unittest.TestCase):
    """Every page that git tracks."""

    def test_links_lead_somewhere(self) -> None:
        files = set(tracked())
        folders = {str(parent) for file in files for parent in PurePosixPath(file).parents}
        for page in tracked("*.md"):
            for link in pages.links(self.read(page)):
                with self.subTest(page=page, line=link.line, link=f"{link.path}#{link.anchor}"):
                    self.assertIsNone(problem(page, link, files, folders))

    def test_wrong_links_are_seen(self) -> None:
        files, folders = {"README.md", "scripts/quake"}, {".", "scripts"}
        for path, anchor, bad in (
            ("scripts/quake", "", False),
            ("scripts/", "", False),
            ("", "", False),
            ("scripts/quack", "", True),
            ("../outside.md", "", True),
            ("README.md", "no-such-heading", True),
            ("", "no-such-heading", True),
            ("scripts/quake", "some-place", True),
        ):
            with self.subTest(path=path, anchor=anchor):
                found = problem("README.md", Link(1, path, anchor), files, folders)
                self.assertEqual(found is not None, bad, found)

    def test_commands_do_as_written(self) -> None:
        build.ensure("release", PROGRAMS)
        ran = 0
        for page in tracked("*.md"):
            for command in pages.commands(self.read(page)):
                with self.subTest(page=page, line=command.line):
                    self.assertIsNone(deviation(command))
                    ran += 1
        self.assertGreater(ran, 0)

    def test_wrong_output_and_status_are_seen(self) -> None:
        for command, right in (
            (Command(1, "echo out; echo err >&2", ("out",)), True),
            (Command(1, "echo err >&2", ("err",)), False),
            (Command(1, "echo out; false", ("out",), 1), True),
            (Command(1, "echo out", ("in",)), False),
            (Command(1, "false", ()), False),
            (Command(1, "true", (), 1), False),
            (Command(1, "pwd", (str(ROOT),)), True),
        ):
            with self.subTest(command.command):
                self.assertEqual(deviation(command) is None, right)

    @staticmethod
    def read(page: str) -> str:
        """The text of a page of the project."""
        return (ROOT / page).read_text(encoding="utf-8")


def problem(page: str, link: Link, files: set[str], folders: set[str]) -> str | None:
    """What is wrong with a link of a page, given all files and folders that git has."""
    target = os.path.normpath(os.path.join(os.path.dirname(page), link.path))
    target = page if not link.path else target
    if target not in files | folders:
        return f"git has no {target}"
    if not link.anchor:
        return None
    if not target.endswith(".md"):
        return f"{target} has no headings"
    if link.anchor not in pages.anchors((ROOT / target).read_text(encoding="utf-8")):
        return f"{target} has no heading for #{link.anchor}"
    return None


def deviation(command: Command) -> str | None:
    """What a command does otherwise than its page says, when it is typed in the root."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"}
    finished = subprocess.run(
        ["bash", "-c", command.command],
        cwd=ROOT,
        env={**environment, "COLUMNS": "100", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if finished.returncode != command.status:
        printed = finished.stdout + finished.stderr
        return f"status {finished.returncode} instead of {command.status}:\n{printed}"
    if not pages.prints(command.expected, finished.stdout):
        return f"it prints\n{finished.stdout}"
    return None


if __name__ == "__main__":
    unittest.main()
