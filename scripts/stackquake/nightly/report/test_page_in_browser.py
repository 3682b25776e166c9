"""Test of the page of a night in a real browser: Debian's chromium, where it is installed."""

import tempfile
import unittest
from pathlib import Path
from typing import Any

from stackquake.nightly.report import example, page
from stackquake.nightly.report.stories import Story
from stackquake.nightly.state import open_state
from stackquake.verbs.test_story_page import DESKTOP, PHONE, browser, why_not

# The least contrast of text that is read, by the guidelines for accessibility.
CONTRAST = 4.5
# The least contrast between the colours of elements with text and what lies behind them.
MEASURE = """
function parse(text) { return text.match(/[0-9.]+/g).map(Number); }
function light(rgb) {
  const [r, g, b] = rgb.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function behind(element) {
  for (let one = element; one; one = one.parentElement) {
    const colour = parse(getComputedStyle(one).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
}
const texts = [...document.querySelectorAll('h1, h2, h3, p, td, th, li, dd, dt, summary, a, pre')];
return Math.min(...texts.map(element => {
  const a = light(parse(getComputedStyle(element).color)), b = light(behind(element));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}));
"""


@unittest.skipIf(why_not(), why_not())
class NightPageTest(unittest.TestCase):
    """One browser looks at one page: starting one takes longer than all of the rest."""

    def test_the_page_fits_and_is_readable(self) -> None:
        with tempfile.TemporaryDirectory() as name, browser() as driver:
            with open_state(Path(name) / "state") as state:
                report = example.report(state)
            file = Path(name) / "index.html"
            story = Story("story", '<svg width="1400" height="300"></svg>')
            told = {report.findings[0].stored.id: story}
            file.write_text(page.render(report, told, {}), encoding="utf-8")
            driver.get(file.as_uri())
            driver.execute_script(
                "document.querySelectorAll('details').forEach(one => one.open = true)"
            )
            for width, height in (DESKTOP, PHONE):
                for scheme in ("light", "dark"):
                    with self.subTest(width=width, scheme=scheme):
                        self.show(driver, width, height, scheme)
                        self.check(driver, width)
            self.assertEqual(driver.get_log("browser"), [])

    def show(self, driver: Any, width: int, height: int, scheme: str) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})

    def check(self, driver: Any, width: int) -> None:
        """The page never scrolls sideways, and its text stands out from what lies behind it."""
        window, room, needed = driver.execute_script(
            "const page = document.documentElement;"
            "return [window.innerWidth, page.clientWidth, page.scrollWidth]"
        )
        self.assertEqual(window, width)
        self.assertLessEqual(needed, room)
        self.assertGreaterEqual(driver.execute_script(MEASURE), CONTRAST)


if __name__ == "__main__":
    unittest.main()
