"""A real browser, as the machine has one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

# It only ends a test that hangs: a machine may have more to do than this one browser.
PATIENCE_MS = 120_000
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "install a Chromium, e.g. `apt-get install chromium`; .ci/run does"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        # Without its own sandbox: it visits nothing but this machine, often as root in a container,
        # where there is little shared memory.
        browser = playwright.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-dev-shm-usage"],
            timeout=PATIENCE_MS,
        )
        yield browser
        browser.close()
