"""A browser in which the owner is logged in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
import json
from pathlib import Path
import re
import shutil
import sys
from time import time
from typing import Final, Literal

from playwright.async_api import (
    Browser as Chromium,
    ConsoleMessage,
    Error,
    Page as ChromiumPage,
    Request,
    Response,
    StorageState,
    ViewportSize,
    async_playwright,
)

from .api import Api

COMMANDS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
APPLICATIONS: Final = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)

FLAGS: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # A page that needs the internet shall show it.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

# Home Assistant fetches the icons of its own integrations from the internet.
FOREIGN_ICON: Final = re.compile(r"/api/brands/integration/(?!ethos/)").search

# Everything on the page, through all shadow roots.
LOOK: Final = """() => {
  const found = {elements: 0, loading: [], dialogs: []};
  const loading = new Set([
    "ha-circular-progress", "ha-fade-in", "ha-init-page", "ha-spinner",
    "hass-loading-screen",
  ]);
  const visible = (element) => element.checkVisibility({visibilityProperty: true})
    && element.getClientRects().length > 0;
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      found.elements += 1;
      const name = element.localName;
      if (loading.has(name) && visible(element)) found.loading.push(name);
      if (name === "dialog" && element.open) found.dialogs.push(element.innerText);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  const start = document.getElementById("ha-launch-screen");
  if (start || !document.querySelector("home-assistant")) found.loading.push("all");
  return found;
}"""

type Theme = Literal["light", "dark"]
type Size = Literal["desktop", "phone"]

SIZES: Final[dict[Size, ViewportSize]] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 412, "height": 915},
}


class BrowserError(Exception):
    """There is no browser, or a page did not become complete."""


def find_chromium() -> Path:
    """Return the path of a Chromium or Chrome on this machine."""
    for command in COMMANDS:
        if path := shutil.which(command):
            return Path(path)
    for application in APPLICATIONS:
        if sys.platform == "darwin" and application.exists():
            return application
    raise BrowserError("There is no Chromium on this machine: run scripts/setup.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What is on a page at a moment."""

    elements: int
    loading: list[str]
    """The elements that say something is still to come."""
    dialogs: list[str]
    """The text of each open dialog."""


class Page:
    """A page of Home Assistant."""

    def __init__(self, page: ChromiumPage, url: str) -> None:
        """Note what goes wrong on the page from now on."""
        self.page = page
        self.complaints: list[str] = []
        """Errors in the console, uncaught exceptions and failed requests."""
        self._url = url
        page.on("console", self._on_console)
        page.on("pageerror", self._on_exception)
        page.on("requestfailed", self._on_failure)
        page.on("response", self._on_response)

    async def go(self, path: str) -> None:
        """Open a path of Home Assistant and wait until its page is complete."""
        await self.page.goto(self._url + path, wait_until="domcontentloaded")
        await self.complete()

    async def complete(self, within: float = 60) -> None:
        """Wait until nothing is loading and nothing has been added for a second."""
        look: Look | None = None
        quiet = 0
        try:
            async with asyncio.timeout(within):
                while quiet < 4:  # noqa: PLR2004 times a quarter of a second
                    elements = look.elements if look else 0
                    look = await self.look()
                    same = look.elements == elements
                    quiet = quiet + 1 if same and not look.loading else 0
                    await asyncio.sleep(0.25)
        except TimeoutError as err:
            raise BrowserError(f"{self.page.url} is not complete: {look}") from err

    async def look(self) -> Look:
        """Return what is on the page now."""
        return Look(**await self.page.evaluate(LOOK))

    async def screenshot(self, path: Path) -> None:
        """Take a picture of what is visible, as PNG."""
        await self.page.screenshot(path=path)

    def _on_console(self, message: ConsoleMessage) -> None:
        """Note an error in the console, but leave failed requests to the others."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _on_exception(self, error: Error) -> None:
        """Note an exception that nobody caught."""
        self.complaints.append(str(error))

    def _on_failure(self, request: Request) -> None:
        """Note a request without an answer."""
        # Leaving a page aborts its requests.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"{request.failure} {request.url}")

    def _on_response(self, response: Response) -> None:
        """Note a request that was refused."""
        if response.status >= HTTPStatus.BAD_REQUEST and not FOREIGN_ICON(response.url):
            self.complaints.append(f"{response.status} {response.url}")


class Browser:
    """A browser for the pages of a Home Assistant."""

    def __init__(self, chromium: Chromium, api: Api) -> None:
        """Use a running Chromium."""
        self._chromium = chromium
        self._api = api

    @asynccontextmanager
    async def page(
        self, path: str = "/", *, theme: Theme = "light", size: Size = "desktop"
    ) -> AsyncIterator[Page]:
        """Open a page as a newcomer who is logged in, and close it at the end."""
        phone = size == "phone"
        context = await self._chromium.new_context(
            color_scheme=theme,
            device_scale_factor=2 if phone else 1,
            has_touch=phone,
            is_mobile=phone,
            locale="en-GB",
            reduced_motion="reduce",
            storage_state=self._login(),
            timezone_id="Europe/Amsterdam",
            viewport=SIZES[size],
        )
        try:
            page = Page(await context.new_page(), self._api.url)
            await page.go(path)
            yield page
        finally:
            await context.close()

    def _login(self) -> StorageState:
        """Return what the frontend remembers of a log-in."""
        year = 365 * 24 * 3600
        tokens = {
            "hassUrl": self._api.url,
            "clientId": f"{self._api.url}/",
            "access_token": self._api.token,
            "refresh_token": "",
            "token_type": "Bearer",
            "expires_in": year,
            "expires": (time() + year) * 1000,
        }
        return {
            "origins": [
                {
                    "origin": self._api.url,
                    "localStorage": [
                        {"name": "hassTokens", "value": json.dumps(tokens)}
                    ],
                }
            ]
        }


@asynccontextmanager
async def open_browser(api: Api) -> AsyncIterator[Browser]:
    """Start a browser, and end it at the end."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=find_chromium(), args=FLAGS
        )
        try:
            yield Browser(chromium, api)
        finally:
            await chromium.close()
