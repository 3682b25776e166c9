"""Tests of the page of a story in a real browser: Debian's chromium, where it is installed."""

import json
import shutil
import tempfile
import unittest
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stackquake.jobs import build
from stackquake.verbs import explain

PHONE = (390, 844)
DESKTOP = (1280, 900)


def why_not() -> str:
    """Why there is no browser to test with; "" if there is one."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    try:
        import selenium  # noqa: F401
    except ImportError:
        lacking.append("selenium")
    return f"not installed: {', '.join(lacking)}" if lacking else ""


@contextmanager
def browser() -> Iterator[Any]:
    """A browser without a window that keeps what its console says."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


@unittest.skipIf(why_not(), why_not())
class StoryPageTest(unittest.TestCase):
    """One browser looks at one page: starting one takes longer than all of the rest."""

    def test_the_page_steps_and_fits(self) -> None:
        nest = build.ROOT / "corpus" / "defects" / "panic-pops-defer.go"
        program = build.program("check", explain.PROGRAM)
        teller = explain.Teller(program, ("--design=before-seed", str(nest)))
        story = json.loads(teller.document()[1])
        with tempfile.TemporaryDirectory() as folder, browser() as driver:
            file = Path(folder) / "story.html"
            file.write_text(explain.page(story), encoding="utf-8")
            driver.set_window_size(*DESKTOP)
            driver.get(file.as_uri())
            self.check_stepping(driver, story["steps"])
            self.check_keyboard(driver, len(story["steps"]))
            self.check_pictures(driver)
            for size in (DESKTOP, PHONE):
                self.check_width(driver, *size)
            self.assertEqual(driver.get_log("browser"), [])

    def check_stepping(self, driver: Any, steps: list[dict[str, Any]]) -> None:
        """Buttons, slider and list lead to the same steps; text, line and event follow."""
        last = len(steps)
        self.assert_at(driver, last, steps)
        driver.find_element("id", "back").click()
        self.assert_at(driver, last - 1, steps)
        driver.find_element("id", "first").click()
        self.assert_at(driver, 1, steps)
        self.assertFalse(driver.find_element("id", "back").is_enabled())
        driver.find_element("id", "forward").click()
        self.assert_at(driver, 2, steps)
        driver.execute_script(
            "const s = document.getElementById('slider');"
            "s.value = 4; s.dispatchEvent(new Event('input'));"
        )
        self.assert_at(driver, 4, steps)
        driver.find_elements("css selector", "#events button")[2].click()
        self.assert_at(driver, 3, steps)
        driver.find_element("id", "last").click()
        self.assert_at(driver, last, steps)
        self.assertFalse(driver.find_element("id", "forward").is_enabled())

    def check_keyboard(self, driver: Any, last: int) -> None:
        """Arrow keys step from anywhere, and every control can be reached by Tab."""
        from selenium.webdriver.common.keys import Keys

        body = driver.find_element("tag name", "body")
        for key, step in (
            (Keys.HOME, 1),
            (Keys.ARROW_RIGHT, 2),
            (Keys.ARROW_RIGHT, 3),
            (Keys.ARROW_LEFT, 2),
            (Keys.END, last),
        ):
            body.send_keys(key)
            self.assertEqual(self.step(driver), step)
        slider = driver.find_element("id", "slider")
        slider.send_keys(Keys.ARROW_LEFT)
        self.assertEqual(self.step(driver), last - 1)
        reached = set()
        for _ in range(12):
            driver.switch_to.active_element.send_keys(Keys.TAB)
            reached.add(driver.switch_to.active_element.get_attribute("id"))
        self.assertIn("stack", reached)
        unnamed = driver.execute_script(
            "return [...document.querySelectorAll('button, input')].filter("
            "e => !(e.getAttribute('aria-label') || e.textContent.trim())).length"
        )
        self.assertEqual(unnamed, 0)

    def check_pictures(self, driver: Any) -> None:
        """The page paints the boxes and the wrong word."""
        count = "return document.querySelectorAll(arguments[0]).length"
        self.assertGreater(driver.execute_script(count, "#violation svg .box"), 5)
        self.assertGreater(driver.execute_script(count, "#stack svg .box"), 3)
        self.assertEqual(driver.execute_script(count, "#violation svg .wrong-row.found"), 1)

    def check_width(self, driver: Any, width: int, height: int) -> None:
        """The page itself never scrolls sideways, be the picture small or large."""
        from selenium.webdriver.common.keys import Keys

        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        for key in (Keys.HOME, Keys.END):
            driver.find_element("tag name", "body").send_keys(key)
            window, room, needed = driver.execute_script(
                "const page = document.documentElement;"
                "return [window.innerWidth, page.clientWidth, page.scrollWidth]"
            )
            self.assertEqual(window, width)
            self.assertLessEqual(needed, room)
            is_cut, is_told = driver.execute_async_script(
                "const [done] = arguments, box = document.getElementById('violation');"
                "const tell = () => done([box.scrollWidth > box.clientWidth,"
                " !box.nextElementSibling.hidden]);"
                "requestAnimationFrame(() => requestAnimationFrame(tell))"
            )
            self.assertEqual((is_cut, is_told), (width == PHONE[0], width == PHONE[0]))

    def step(self, driver: Any) -> int:
        return int(driver.find_element("id", "slider").get_attribute("value"))

    def assert_at(self, driver: Any, number: int, steps: list[dict[str, Any]]) -> None:
        step = steps[number - 1]
        self.assertEqual(self.step(driver), number)
        now = driver.find_element("id", "now")
        self.assertEqual(now.get_attribute("aria-live"), "polite")
        self.assertIn(f"Step {number} of {len(steps)}", now.text)
        self.assertIn(step["text"], now.text)
        current = driver.find_elements("css selector", "[data-line][aria-current]")
        lines = [int(line.get_attribute("data-line")) for line in current]
        self.assertEqual(lines, [step["line"]] if step["line"] else [])
        event = driver.find_element("css selector", "#events [aria-current=step]")
        self.assertIn(step["text"], event.text)


if __name__ == "__main__":
    unittest.main()
