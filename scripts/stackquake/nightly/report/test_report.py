"""Tests of the report in its four forms, on a state that example.py fills."""

import json
import re
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree as xml

import jsonschema

from stackquake.fakes import write_program
from stackquake.nightly.report import example, page, summary, writing
from stackquake.nightly.report.gathering import Report
from stackquake.nightly.report.junit import junit
from stackquake.nightly.report.plots import Line, plot
from stackquake.nightly.report.sarif import document
from stackquake.nightly.report.stories import Story, stories
from stackquake.nightly.state import open_state
from stackquake.status import QuakeError, Status
from stackquake.verbs.night_case import store

SCHEMA = json.loads(Path(__file__).with_name("sarif.schema.json").read_text("utf-8"))
# Stands in for explain_nest.
TELLER = """
import json, sys
design = sys.argv[1].partition("=")[2]
print(json.dumps({"text": design, "svg": "<?xml?><svg>"}))
sys.exit(1)
"""
NO_PROGRAM = Path("/nonexistent")


class ReportTest(unittest.TestCase):
    """One state serves all tests, which write nothing to it."""

    report: Report

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        opened = open_state(cls.folder / "state")
        state = opened.__enter__()
        cls.addClassCleanup(opened.__exit__, None, None, None)
        cls.report = example.report(state)

    def test_what_is_new_comes_first(self) -> None:
        statuses = [one.verdict.status for one in self.report.findings]
        self.assertEqual(statuses, ["new", "new", "still there"])
        self.assertEqual(summary.verdict(self.report), "night 6 is red: 2 new, 1 still there")

    def test_mistakes_are_found_or_missed(self) -> None:
        self.assertEqual(self.report.mistakes, {"before-seed": (["pops"], ["walks"])})

    def test_an_alarm_is_given_for_what_is_later_and_slower(self) -> None:
        [alarm] = self.report.alarms
        self.assertEqual((alarm.defect, alarm.now), ("late", 32.0))
        [moved] = self.report.moved
        self.assertEqual(moved.name, "copy/64")
        self.assertGreater(moved.ratio, 2)

    def test_the_summary_has_the_command_and_what_was_left_out(self) -> None:
        text = summary.markdown(self.report)
        self.assertTrue(text.startswith("# Night 6 is red: 2 new"), text)
        for words in (
            "\n      scripts/quake run --design=go1.4 findings/new/nest.go\n",
            "\n- new nests on real Go: no time was left\n",
            "\n- late: 2.2 s before, 32 s now, p = ",
            "\nNever occurred: sudogs in a copy.\n",
            "\nNever occurred with nest on go1.4: copies.\n",
            "\n- lost_goexit on go1.19.8 plain: fixed\n",
            "\nnot found: walks\n",
            "\n## Coverage: 75.0 % of the runtime's lines\n",
            "\n- not explained yet: `shrink`, runtime_under_test/stack.cc:30\n",
        ):
            self.assertIn(words, text)
        self.assertNotIn("\x07", text)

    def test_junit_counts_what_fails(self) -> None:
        suites = {suite.get("name"): suite for suite in xml.fromstring(junit(self.report))}
        findings, trials = suites["findings"], suites["trials"]
        self.assertEqual((findings.get("tests"), findings.get("failures")), ("3", "2"))
        self.assertEqual((trials.get("tests"), trials.get("failures")), ("1", "1"))
        self.assertEqual(suites["the night"].get("skipped"), "1")
        failure = findings.find(".//failure")
        assert failure is not None and failure.text is not None
        self.assertIn("scripts/quake run --design=go1.4", failure.text)

    def test_sarif_is_as_the_standard_has_it(self) -> None:
        told = document(self.report)
        jsonschema.validate(told, SCHEMA)
        results = told["runs"][0]["results"]
        states = [(one["level"], one["baselineState"]) for one in results]
        self.assertEqual(states, [("error", "new")] * 2 + [("note", "unchanged")])
        rules = [rule["id"] for rule in told["runs"][0]["tool"]["driver"]["rules"]]
        for one in results:
            self.assertEqual(rules[one["ruleIndex"]], one["ruleId"])

    def test_the_statement_of_sarif_refuses_what_is_none(self) -> None:
        for change in ({"version": "2.0.0"}, {"extra": 1}, {"runs": [{}]}):
            with self.assertRaises(jsonschema.ValidationError):
                jsonschema.validate({**document(self.report), **change}, SCHEMA)

    def test_the_page_is_small_and_needs_nothing_else(self) -> None:
        text = page.render(self.report, {}, {})
        self.assertLess(len(text.encode()), 2_000_000)
        self.assertLess(text.index("exit became hang"), text.index("Design × target × check"))
        self.assertEqual(re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', text), [])
        self.assertNotIn("<b>&", text)
        self.assertEqual(text.count("<figure>"), 6)

    def test_stories_and_pictures_have_bounds(self) -> None:
        first = self.report.findings[0].stored.id
        with mock.patch.object(page, "LARGEST", 1000):
            small = page.render(self.report, {first: Story("", "<svg>" + "x" * 500)}, {})
            large = page.render(self.report, {first: Story("", "<svg>" + "x" * 1500)}, {})
        self.assertIn("<svg>xxx", small)
        self.assertNotIn("<svg>xxx", large)

    def test_a_story_that_no_campaign_has_told_is_told_now(self) -> None:
        place = store(self.folder / "findings", "throw:f")
        teller = write_program(self.folder / "teller", TELLER)
        one = replace(self.report.findings[0].stored, place=place)
        finding = replace(self.report.findings[0], stored=one, story="")
        page_of = "stackquake.findings.telling.page"
        with mock.patch(page_of, lambda story: f"page of {story['text']}"):
            [told] = stories(teller, [finding]).values()
        self.assertEqual(told, Story("go1.4", "<svg>", "page of go1.4"))

    def test_the_files_are_written_together(self) -> None:
        out = self.folder / "out"
        (out / "stories").mkdir(parents=True)
        (out / "stories" / "of-an-earlier-night.html").write_text("old")
        writing.write(self.report, out, NO_PROGRAM)
        names = sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file())
        report = ["index.html", "junit.xml", "report.md", "results.sarif"]
        self.assertEqual(names, [*report, "stories/2.html"])
        self.assertIn('href="stories/2.html"', (out / "index.html").read_text("utf-8"))

    def test_a_report_that_cannot_be_written_changes_nothing(self) -> None:
        out = self.folder / "full"
        full = OSError(28, "No space left on device")
        with mock.patch.object(writing, "write_together", side_effect=full):
            with self.assertRaisesRegex(QuakeError, "cannot be written.*No space left") as caught:
                writing.write(self.report, out, NO_PROGRAM)
        self.assertEqual(caught.exception.status, Status.MISSING)


class PlotTest(unittest.TestCase):
    def test_a_plot_is_equal_for_equal_values_and_takes_the_colour_of_the_page(self) -> None:
        lines = [Line("nest", [(1, 5), (2, 7)]), Line("none", [])]
        drawn = plot("Edges & more", "edges", lines)
        self.assertEqual(drawn, plot("Edges & more", "edges", lines))
        self.assertIn("currentColor", drawn)
        self.assertIn('aria-label="Edges &amp; more"', drawn)
        self.assertIn(">nest<", drawn)
        self.assertNotIn(">none<", drawn)

    def test_without_values_there_is_none(self) -> None:
        self.assertEqual(plot("t", "u", [Line("nest", [])]), "")


if __name__ == "__main__":
    unittest.main()
