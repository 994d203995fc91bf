"""The browsers: Chromium, and by name Firefox and WebKit, Playwright's own or what the system has."""

import contextlib
import glob
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
NO_BROWSER = "no browser found: install one (apt install chromium, or: playwright install chromium)"
NAMES = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    "firefox": ("firefox-esr", "firefox"),
    "webkit": (),
}
MINIBROWSER = "/usr/lib/*/webkit2gtk-4.*/MiniBrowser"


def faults(page, where=None):
    """What axe finds against WCAG 2.2 AA in a part of the page or in all of it."""
    found = Axe().run(page, where, {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [(fault["id"], node["html"]) for fault in found.response["violations"] for node in fault["nodes"]]


def launch(playwright, engine="chromium"):
    """The first browser of this engine that is there, or None."""
    options = {"args": FLAGS} if engine == "chromium" else {}
    places = [{"executable_path": path} for path in map(shutil.which, NAMES[engine]) if path]
    if engine == "firefox":  # over WebDriver BiDi, which Playwright knew up to version 1.60
        places = [place | {"channel": "moz-firefox"} for place in places]
    if engine == "chromium":
        places.append({"channel": "chrome"})
    for place in [*places, {}]:
        with contextlib.suppress(Error):  # not installed there: try the next place
            return getattr(playwright, engine).launch(**options, **place)
    return WebKit() if engine == "webkit" and glob.glob(MINIBROWSER) else None


class WebKit:
    """WebKitGTK, which Playwright cannot drive: a browser with one page, as much of it as tests ask for."""

    def __init__(self):
        from selenium.webdriver import WebKitGTK, WebKitGTKOptions
        from selenium.webdriver.common.actions.action_builder import ActionBuilder
        from selenium.webdriver.common.keys import Keys
        from selenium.webdriver.webkitgtk.service import Service

        options = WebKitGTKOptions()
        options.binary_location = glob.glob(MINIBROWSER)[0]
        options.add_argument("--automation")
        self.driver = WebKitGTK(options=options, service=Service("/usr/bin/WebKitWebDriver"))
        self.actions, self.named = ActionBuilder(self.driver, duration=0), Keys
        self.mouse = self.keyboard = self

    def new_context(self):
        return self

    def new_page(self):
        return self

    def on(self, event, callback):
        """Nothing is heard of the page: what complains there is looked for in Chromium."""

    def set_default_timeout(self, milliseconds):
        self.driver.set_script_timeout(milliseconds / 1000)

    def set_viewport_size(self, size):
        self.driver.set_window_size(**size)

    def goto(self, url):
        self.driver.get(url)

    @property
    def url(self):
        return self.driver.current_url

    def evaluate(self, script, argument=None):
        asked = f"""const [argument, done] = arguments, asked = ({script});
            Promise.resolve(typeof asked === 'function' ? asked(argument) : asked).then(
                value => done([value ?? null]), error => done([null, String(error)]));"""
        value, *error = self.driver.execute_async_script(asked, argument)
        if error:
            raise RuntimeError(error[0])
        return value

    def move(self, x, y):
        self.actions.pointer_action.move_to_location(round(x), round(y))
        self.actions.perform()

    def down(self):
        self.actions.pointer_action.pointer_down()
        self.actions.perform()

    def up(self):
        self.actions.pointer_action.pointer_up()
        self.actions.perform()

    def press(self, keys):
        """Keys by Playwright's names: Control+A, ArrowLeft."""
        codes = [{"Space": " "}.get(key) or self.code(key) for key in keys.split("+")]
        for code in codes:
            self.actions.key_action.key_down(code)
        for code in reversed(codes):
            self.actions.key_action.key_up(code)
        self.actions.perform()

    def code(self, key):
        name = "".join(f"_{letter}" if letter.isupper() else letter for letter in key).strip("_").upper()
        return getattr(self.named, name, key.lower())

    def insert_text(self, text):
        self.actions.key_action.send_keys(text)
        self.actions.perform()

    def close(self):
        self.driver.quit()
