"""Test of the page of a comparison in a real browser: Debian's chromium, where it is installed."""

import tempfile
import unittest
from pathlib import Path

from stackquake.compare import example, page
from stackquake.compare.record import Disagreement
from stackquake.compare.verdicts import Analysis
from stackquake.nightly.report import test_page_in_browser as of_night
from stackquake.verbs.test_story_page import DESKTOP, PHONE, browser, why_not

# On a phone a plot that is narrower than this cannot be read.
LEAST_PLOT = 300  # in pixels


@unittest.skipIf(why_not(), why_not())
class ComparePageTest(of_night.NightPageTest):
    """One browser looks at one page: starting one takes longer than all of the rest."""

    def test_the_page_fits_and_is_readable(self) -> None:
        record = example.record()
        behaviours = {"old": "exit; traces [[1]]", "slow": "panic 1; no traces"}
        record.disagreements = [Disagreement("a.go", "go1.4", behaviours, "x := 1\n" * 50)]
        with tempfile.TemporaryDirectory() as name, browser() as driver:
            file = Path(name) / "index.html"
            file.write_text(page.render(Analysis(record), ["a change"]), encoding="utf-8")
            driver.get(file.as_uri())
            driver.execute_script(
                "document.querySelectorAll('details').forEach(one => one.open = true)"
            )
            for width, height in (DESKTOP, PHONE):
                for scheme in ("light", "dark"):
                    with self.subTest(width=width, scheme=scheme):
                        self.show(driver, width, height, scheme)
                        self.check(driver, width)
                        widths = driver.execute_script(
                            "return [...document.querySelectorAll('figure svg')]"
                            ".map(one => one.getBoundingClientRect().width)"
                        )
                        self.assertEqual(len(widths), 2)
                        self.assertGreater(min(widths), LEAST_PLOT)
            self.assertEqual(driver.get_log("browser"), [])


if __name__ == "__main__":
    unittest.main()
