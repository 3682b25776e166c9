"""Tests of the report as Markdown, and of the page as text."""

import re
import unittest

from stackquake.compare import example, page, text
from stackquake.compare.example import BASELINE, SLOW, WRONG
from stackquake.compare.record import Disagreement
from stackquake.compare.text import duration, number
from stackquake.compare.verdicts import Analysis


class MarkdownTest(unittest.TestCase):
    def test_verdicts_come_first_and_all_rows_have_the_columns_of_their_head(self) -> None:
        told = text.markdown(Analysis(example.record()), ["all is new"])
        lines = told.splitlines()
        self.assertTrue(lines[0].startswith("**3 designs: all are as they should be"))
        titles = ["design", "right?", "how soon found?", "what does it cost?", "memory"]
        self.assertEqual(lines[2], f"| {' | '.join(titles)} |")
        self.assertIn("- all is new", lines)
        columns = 0
        for line in lines:
            if not line.startswith("|"):
                columns = 0
                continue
            count = len(re.findall(r"(?<!\\)\|", line))
            columns = columns or count
            self.assertEqual(count, columns, line)

    def test_a_cell_with_a_bar_stays_one_cell(self) -> None:
        record = example.record()
        record.machine = "a|b <c>"
        self.assertIn(r"a\|b &lt;c>", text.markdown(Analysis(record), []))

    def test_only_differences_beyond_the_noise_have_a_ratio(self) -> None:
        _, rows = text.cost_rows(Analysis(example.record()), [BASELINE, SLOW, WRONG])
        self.assertEqual(rows[0], ["call", "100 ns", "201 ns (2.00×)", "102 ns"])
        self.assertEqual(rows[3][0], "chain 1,000")
        self.assertEqual(rows[3][3], "wrong")


class NumbersTest(unittest.TestCase):
    def test_durations_have_three_digits_and_a_unit(self) -> None:
        told = [duration(time) for time in (1.234, 999, 1500, 2.5e6, 3e9, None)]
        self.assertEqual(told, ["1.23 ns", "999 ns", "1.5 µs", "2.5 ms", "3 s", ""])

    def test_numbers_are_readable(self) -> None:
        self.assertEqual([number(one) for one in (0.0123, 48, 1503502.0, None)],
                         ["0.0123", "48", "1,503,502", ""])


class PageTest(unittest.TestCase):
    def test_the_page_needs_nothing_else(self) -> None:
        told = page.render(Analysis(example.record()), [])
        self.assertEqual(re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', told), [])
        self.assertNotIn("<script", told)
        self.assertEqual(told.count("<svg"), 2)

    def test_what_stands_out_is_what_is_beyond_the_noise_or_expectation(self) -> None:
        told = page.render(Analysis(example.record()), [])
        bad = re.findall(r'<td class="bad"[^>]*>([^<]*)</td>', told)
        self.assertEqual(bad.count("N^2"), 1)
        self.assertEqual(bad.count("2.00×"), 4)
        self.assertEqual(bad.count("wrong"), 1)
        self.assertEqual(bad.count("0/3"), 1)
        self.assertNotIn("1.01×", bad)

    def test_text_of_nests_is_no_markup(self) -> None:
        record = example.record()
        one = Disagreement("<b>.go", "go1.4", {BASELINE: "exit", SLOW: "panic 1"}, "if a < b {")
        record.disagreements = [one]
        told = page.render(Analysis(record), [])
        self.assertIn("if a &lt; b {", told)
        self.assertIn("&lt;b&gt;.go", told)
        self.assertIn('<h1 class="red">', told)

    def test_a_comparison_that_has_only_begun_has_a_page(self) -> None:
        record = example.record()
        record.checked, record.searched, record.rounds, record.operations = [], [], [], []
        record.counts, record.situations, record.interrupted = {}, {}, True
        told = page.render(Analysis(record), [])
        self.assertIn("interrupted", told)
        self.assertNotIn("What does it cost?", told)


if __name__ == "__main__":
    unittest.main()
