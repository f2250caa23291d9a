"""Test the dashboard in a browser, for farms of any size."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import re
from typing import Any, Final

from aiohttp import ClientSession
from annotatedyaml import parse_yaml
from playwright.async_api import expect
import pytest

from development.browser import Browser, Page, Size, Theme, open_browser
from development.configuration import HOST, REPOSITORY
from development.dashboard import add_dashboard
from development.farm import simulated_farm
from development.instance import HomeAssistantInstance
from development.process import free_port
from tests.e2e.conftest import SCREENSHOTS, SimulatedFarm

PATH: Final = "mining-farm"
GPUS: Final = 6

# A smart plug that does nothing.
PLUG: Final = """\
template:
  - switch:
      - name: Socket
        unique_id: socket
        turn_on: []
        turn_off: []
"""

IS_DARK: Final = """(dark) =>
  document.querySelector("home-assistant").hass.themes.darkMode === dark
"""

# What stands where a card cannot show what it should, through all shadow roots.
BROKEN: Final = """() => {
  const found = [];
  const broken = new Set([
    "hui-error-badge", "hui-error-card", "hui-error-section", "hui-warning",
  ]);
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (broken.has(element.localName)) found.push(element.outerHTML);
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return found;
}"""

# The colour of the tile that leads to a rig.
COLOR: Final = """(path) => {
  let color = null;
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      const action = element._config?.tap_action;
      if (element.localName === "hui-tile-card" && action?.navigation_path === path) {
        const card = element.shadowRoot.querySelector("ha-card");
        color = card.style.getPropertyValue("--tile-color");
      }
      if (element.shadowRoot) walk(element.shadowRoot);
    }
  };
  walk(document);
  return color;
}"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A farm with its Home Assistant and a browser."""

    rigs: int
    farm: SimulatedFarm
    home: HomeAssistantInstance
    browser: Browser

    async def devices(self) -> list[dict[str, Any]]:
        """Return the rigs, as they are sorted on the page."""
        devices = await self.home.command("config/device_registry/list")
        rigs = [device for device in devices if device.get("via_device_id")]
        return sorted(rigs, key=lambda rig: str(rig["name"]))

    async def prefix(self, device_id: str) -> str:
        """Return what the entity IDs of a panel or rig begin with."""
        entities = await self.home.command("config/entity_registry/list")
        return next(
            str(entity["entity_id"]).removeprefix("event.").removesuffix("_activity")
            for entity in entities
            if entity["device_id"] == device_id
            and entity["translation_key"] == "activity"
        )

    async def poll(self) -> None:
        """Let a minute pass, and have the panel read."""
        await self.farm.control("advance", seconds=60)
        (entry,) = await self.home.entries("ethos")
        entities = await self.home.command("config/entity_registry/list")
        entity_id = next(
            entity["entity_id"]
            for entity in entities
            if entity["unique_id"] == f"{entry['entry_id']}_connectivity"
        )
        await self.home.call("homeassistant", "update_entity", {"entity_id": entity_id})


@asynccontextmanager
async def a_scene(folder: Path, rigs: int) -> AsyncIterator[Scene]:
    """Run all of it."""
    port = free_port()
    options = {"rigs": rigs, "gpus": GPUS, "seed": 7, "speed": 0}
    kind = {"shape": "1.3.3", "miners": "ethminer"}
    async with (
        simulated_farm(folder / "farm.log", port, **options, **kind),
        ClientSession() as session,
        HomeAssistantInstance(folder, extra=PLUG) as home,
        open_browser(home) as browser,
    ):
        farm = SimulatedFarm(f"http://{HOST}:{port}", session)
        entry = await home.add_panel(farm.url)
        await add_dashboard(home, PATH)
        scene = Scene(rigs=rigs, farm=farm, home=home, browser=browser)
        (rig, *_) = await scene.devices()
        plug = {"rig": rig["serial_number"], "switch": "switch.socket", "off_time": 15}
        await home.run_subentry_flow(entry["entry_id"], "plug", plug)
        yield scene
        # A machine that is busy with other things is slow, which is no mistake.
        told = [entry.text for entry in home.warnings()]
        assert [text for text in told if "is taking over" not in text] == []


type Scenes = Callable[[int], Awaitable[Scene]]


@pytest.fixture(scope="module")
async def scenes(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Scenes]:
    """Return what runs each farm from its first test to the last of all."""
    SCREENSHOTS.mkdir(exist_ok=True)
    async with AsyncExitStack() as stack:
        running: dict[int, Scene] = {}

        async def run(rigs: int) -> Scene:
            if rigs not in running:
                folder = tmp_path_factory.mktemp(f"dashboard-{rigs}")
                running[rigs] = await stack.enter_async_context(a_scene(folder, rigs))
            return running[rigs]

        yield run


@pytest.fixture
async def scene(request: pytest.FixtureRequest, scenes: Scenes) -> Scene:
    """Return the farm of so many rigs."""
    return await scenes(request.param)


def farms_of(*rigs: int) -> pytest.MarkDecorator:
    """Run a test on farms of these sizes."""
    return pytest.mark.parametrize(
        "scene", rigs, indirect=True, ids=lambda count: f"{count} rigs"
    )


async def assert_whole(page: Page) -> None:
    """Assert that nothing on a page is broken or missing."""
    await page.complete()
    assert await page.page.evaluate(BROKEN) == []
    assert (await page.look()).dialogs == []
    assert page.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
@farms_of(1, 10, 100)
async def test_pages_are_whole(scene: Scene, size: Size, theme: Theme) -> None:
    """Test the overview and a rig's page, as a person goes from one to the other."""
    (rig, *_) = await scene.devices()
    kind = f"{scene.rigs}-{size}-{theme}"
    async with scene.browser.page(f"/{PATH}", size=size, theme=theme) as page:
        await assert_whole(page)
        # Themes may come after all else that a page needs.
        await page.page.wait_for_function(IS_DARK, arg=theme == "dark")
        await page.screenshot(SCREENSHOTS / f"dashboard-overview-{kind}.png")

        face = page.page.get_by_text(rig["name"], exact=True).first
        # The text itself lies below what is tapped, and perhaps below the header.
        await face.evaluate("it => it.scrollIntoView({block: 'center'})")
        await face.click(force=True)
        await page.page.wait_for_url(f"**/{PATH}/rig-{rig['id']}")
        await assert_whole(page)
        await page.screenshot(SCREENSHOTS / f"dashboard-rig-{kind}.png")
        for name in ("Socket", "Power cycle", "Power cycle due", "Last power cycle"):
            await expect(page.page.get_by_text(name, exact=True)).to_have_count(1)


@farms_of(100)
async def test_a_part_of_a_large_farm_has_its_page(scene: Scene) -> None:
    """Test the heading over the icons leads to the tiles."""
    async with scene.browser.page(f"/{PATH}") as page:
        await page.page.get_by_text("Rigs 1\u201330").click()
        await page.page.wait_for_url("**/group-all")
        await assert_whole(page)
        await page.screenshot(SCREENSHOTS / "dashboard-group-100-desktop-light.png")


@farms_of(10)
async def test_a_rig_goes_from_green_to_red_to_green(scene: Scene) -> None:
    """Test an open page follows the farm, without being loaded again."""
    (rig, *_) = await scene.devices()
    rig_id = rig["serial_number"]

    async with scene.browser.page(f"/{PATH}") as page:

        async def becomes(color: str) -> None:
            async with asyncio.timeout(30):
                while True:
                    shown = await page.page.evaluate(COLOR, f"rig-{rig['id']}")
                    if shown == f"var(--{color}-color)":
                        return
                    await scene.poll()
                    await asyncio.sleep(0.5)

        await becomes("green")
        await expect(page.page.get_by_text("All rigs are well")).to_be_visible()

        await scene.farm.control(f"rigs/{rig_id}/hang")
        await scene.farm.control("advance", seconds=900)
        await becomes("red")
        await expect(page.page.get_by_text("Offline (since")).to_be_visible()
        await page.complete()
        await page.screenshot(SCREENSHOTS / "dashboard-red-10-desktop-light.png")

        await scene.farm.control(f"rigs/{rig_id}/plug", on=False)
        await scene.farm.control(f"rigs/{rig_id}/plug", on=True)
        await scene.farm.control("advance", seconds=1200)
        await becomes("green")
        await expect(page.page.get_by_text("All rigs are well")).to_be_visible()
        assert page.complaints == []


@farms_of(10)
async def test_a_new_name_and_a_disabled_entity_are_followed(scene: Scene) -> None:
    """Test an open page follows the registries, without being loaded again."""
    (rig, *_) = await scene.devices()
    entities = await scene.home.command("config/entity_registry/list")
    power = next(
        entity["entity_id"]
        for entity in entities
        if entity["device_id"] == rig["id"] and entity["unique_id"].endswith("_power")
    )
    async with scene.browser.page(f"/{PATH}/rig-{rig['id']}") as page:
        await scene.home.command(
            "config/device_registry/update", device_id=rig["id"], name_by_user="Attic"
        )
        await expect(page.page.get_by_text("Attic").first).to_be_visible()
        await scene.home.command(
            "config/entity_registry/update", entity_id=power, disabled_by="user"
        )
        await expect(page.page.get_by_text("Power", exact=True)).to_have_count(1)
        await assert_whole(page)
    await scene.home.command(
        "config/device_registry/update", device_id=rig["id"], name_by_user=None
    )


@farms_of(1)
async def test_it_is_offered_and_can_be_set(scene: Scene) -> None:
    """Test the dialog for new dashboards lists it, and its form changes it."""
    async with scene.browser.page("/config/lovelace/dashboards") as page:
        await page.page.get_by_text("Add dashboard").first.click()
        offer = page.page.get_by_text("ethOS: Mining farm")
        await offer.scroll_into_view_if_needed()
        await expect(offer).to_be_visible()
        await page.screenshot(SCREENSHOTS / "dashboard-dialog.png")
        assert page.complaints == []

        await page.go(f"/{PATH}")
        chart = page.page.get_by_text("Hash rate · 24 hours")
        await expect(chart).to_have_count(1)
        await page.page.get_by_label("Edit dashboard").first.click()
        await page.page.get_by_text("Charts", exact=True).click()
        await page.screenshot(SCREENSHOTS / "dashboard-editor.png")
        await page.page.get_by_role("button", name="Save").click()
        await expect(chart).to_have_count(0)
        await assert_whole(page)


@farms_of(1)
async def test_the_example_for_people_who_build_their_own_loads(scene: Scene) -> None:
    """Test the YAML of the documentation, with the names of this farm."""
    text = (REPOSITORY / "docs" / "dashboard.md").read_text("utf-8")
    *_, example = re.findall(r"```yaml\n(type: sections\n.*?)```", text, re.DOTALL)
    (rig,) = await scene.devices()
    for name, device_id in (("shelf_1", rig["id"]), ("6af48c", rig["via_device_id"])):
        example = example.replace(name, await scene.prefix(device_id))
    view = parse_yaml(example)
    assert isinstance(view, dict)
    await scene.home.command(
        "lovelace/dashboards/create",
        url_path="own-farm",
        title="Own",
        show_in_sidebar=True,
        require_admin=False,
    )
    await scene.home.command(
        "lovelace/config/save", url_path="own-farm", config={"views": [view]}
    )
    async with scene.browser.page("/own-farm") as page:
        await assert_whole(page)
        await page.screenshot(SCREENSHOTS / "dashboard-own.png")
