"""How fast the dashboard opens, beside Home Assistant's own automatic overviews.

Run it with ``python -m benchmarks.dashboard``; it renews its part of the README.
"""

import argparse
import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from development.browser import Browser, Page, open_browser
from development.configuration import HOST
from development.dashboard import add_dashboard
from development.farm import simulated_farm
from development.instance import HomeAssistantInstance
from development.process import free_port

# Rigs, and how often each page is opened: that of all entities takes minutes.
ROUNDS: Final = {10: 5, 100: 3, 300: 1}
GPUS: Final = 6

README: Final = Path(__file__).with_name("README.md")
BEGIN: Final = "<!-- what follows is written by benchmarks.dashboard -->\n"
END: Final = "<!-- so far -->\n"

OURS: Final = "this dashboard"
LEGACY: Final = "Overview (Legacy)"
HOME: Final = "Overview"
PATHS: Final = {
    OURS: "/mining-farm/overview",
    LEGACY: "/all-entities",
    HOME: "/home/overview",
}
# Between two of them, so that each is opened from the same place.
ELSEWHERE: Final = "/profile/general"

# Tasks and frames are noted from before the first script on.
WATCH: Final = """() => {
  window.noted = [];
  const note = (list) => window.noted.push(...list.getEntries().map((entry) => ({
    kind: entry.entryType,
    start: entry.startTime,
    duration: entry.duration,
    ours: Math.max(0, ...(entry.scripts ?? [])
      .filter((script) => script.sourceURL.includes("/ethos/"))
      .map((script) => script.duration)),
  })));
  for (const type of ["longtask", "long-animation-frame"]) {
    new PerformanceObserver(note).observe({type, buffered: true});
  }
}"""

# Opens a page as a tap does, and waits until nothing more appears for two seconds.
OPEN: Final = """async (path) => {
  const loading = new Set([
    "ha-circular-progress", "ha-spinner", "hass-loading-screen", "ha-fade-in",
  ]);
  const count = () => {
    const found = {elements: 0, loading: 0};
    const walk = (root) => {
      for (const element of root.querySelectorAll("*")) {
        found.elements += 1;
        if (loading.has(element.localName) && element.getClientRects().length) {
          found.loading += 1;
        }
        if (element.shadowRoot) walk(element.shadowRoot);
      }
    };
    walk(document);
    return found;
  };
  window.noted.length = 0;
  const start = performance.now();
  history.pushState(null, "", path);
  window.dispatchEvent(new CustomEvent("location-changed", {detail: {replace: false}}));
  let elements = 0;
  let changed = start;
  let walked = 0;
  while (performance.now() - changed < 2000 || performance.now() - start < 1000) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = performance.now();
    const found = count();
    const now = performance.now();
    if (found.elements !== elements || found.loading) changed = before;
    elements = found.elements;
    walked = Math.max(walked, now - before);
    // What counting takes is no task of the page.
    window.noted.push({kind: "walk", start: before, duration: now - before, ours: 0});
  }
  await new Promise((resolve) => setTimeout(resolve, 100));
  const walks = window.noted.filter(({kind}) => kind === "walk");
  const noted = window.noted.filter((task) => task.start >= start - 1
    && !walks.some((walk) => Math.abs(walk.start - task.start) < 5));
  const tasks = noted.filter(({kind}) => kind === "longtask");
  return {
    opened: changed - start,
    elements,
    longest: Math.max(0, ...tasks.map(({duration}) => duration)),
    blocked: tasks.reduce((sum, {duration}) => sum + duration, 0),
    ours: Math.max(0, ...noted.map(({ours}) => ours)),
  };
}"""


class Opening(NamedTuple):
    """What opening a page took."""

    opened: float
    """ms until nothing more appears."""
    elements: float
    """On the page."""
    longest: float
    """ms of the longest task."""
    blocked: float
    """ms of all tasks of more than 50 ms."""
    ours: float
    """ms of the longest script of this dashboard, with what follows at once."""


def middle(openings: Sequence[Opening]) -> Opening:
    """Return the medians."""
    return Opening(
        opened=median(it.opened for it in openings),
        elements=median(it.elements for it in openings),
        longest=median(it.longest for it in openings),
        blocked=median(it.blocked for it in openings),
        ours=median(it.ours for it in openings),
    )


async def measure(rigs: int, rounds: int) -> dict[str, Opening]:
    """Open each page so many times, in turns."""
    port = free_port()
    options = {"rigs": rigs, "gpus": GPUS, "seed": 7, "speed": 0}
    kind = {"shape": "1.3.3", "miners": "ethminer"}
    with TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        async with (
            simulated_farm(folder / "farm.log", port, **options, **kind),
            HomeAssistantInstance(folder / "home") as home,
        ):
            await home.add_panel(f"http://{HOST}:{port}")
            await add_dashboard(home, "mining-farm")
            await _add_legacy(home)
            async with open_browser(home) as browser:
                return await _open_all(browser, rounds)


async def _open_all(browser: Browser, rounds: int) -> dict[str, Opening]:
    """Open all pages in one browser, so that all has been loaded once."""
    found: dict[str, list[Opening]] = {name: [] for name in PATHS}
    async with browser.page(ELSEWHERE) as page:
        await page.page.evaluate(WATCH)
        for number in range(rounds + 1):
            for name, path in PATHS.items():
                opening = await _open(page, path)
                # The first time, the browser loads what the page needs.
                if number:
                    found[name].append(opening)
    return {name: middle(openings) for name, openings in found.items()}


async def _open(page: Page, path: str) -> Opening:
    """Open a page from elsewhere."""
    await page.page.evaluate(OPEN, ELSEWHERE)
    return Opening(**await page.page.evaluate(OPEN, path))


async def _add_legacy(home: HomeAssistantInstance) -> None:
    """Add the overview that shows every entity."""
    await home.command(
        "lovelace/dashboards/create",
        url_path="all-entities",
        title=LEGACY,
        show_in_sidebar=True,
        require_admin=False,
    )
    await home.command(
        "lovelace/config/save",
        url_path="all-entities",
        config={"strategy": {"type": "original-states"}},
    )


def report(results: dict[int, dict[str, Opening]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"{datetime.now(UTC):%Y-%m-%d}, medians."
    yield ""
    yield (
        "| rigs | page | complete after, s | elements | longest task, ms"
        " | tasks over 50 ms, together, ms | ours, ms |"
    )
    yield "|---|---|---|---|---|---|---|"
    for rigs, pages in results.items():
        for name, it in pages.items():
            ours = f"{it.ours:.0f}" if name == OURS else ""
            yield (
                f"| {rigs} | {name} | {it.opened / 1000:.1f} | {it.elements:,.0f}"
                f" | {it.longest:.0f} | {it.blocked:,.0f} | {ours} |"
            )


def write(lines: Sequence[str]) -> None:
    """Put the table into the README."""
    before, _, left = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = left.partition(END)
    content = "\n".join(lines)
    README.write_text(f"{before}{BEGIN}\n{content}\n\n{END}{after}", encoding="utf-8")


async def main() -> None:
    """Measure all farms, or the one asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard")
    parser.add_argument("--rigs", type=int, help="one farm, only printed")
    one = parser.parse_args().rigs
    farms = (one,) if one else ROUNDS
    results = {rigs: await measure(rigs, ROUNDS.get(rigs, 1)) for rigs in farms}
    lines = list(report(results))
    print("\n".join(lines))  # noqa: T201 it is read at a terminal
    if not one:
        write(lines)


if __name__ == "__main__":
    asyncio.run(main())
