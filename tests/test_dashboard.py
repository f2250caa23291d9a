"""Test that Home Assistant serves the dashboard."""

from pathlib import Path
import re

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, UrlManager
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.dashboard import FOLDER


@pytest.fixture
def urls(hass: HomeAssistant) -> UrlManager:
    """Return what the frontend is told to load, without having to install it."""
    hass.config.components.add("frontend")
    manager = hass.data[DATA_EXTRA_MODULE_URL] = UrlManager(lambda *_: None, [])
    return manager


async def test_a_browser_gets_every_module(
    hass: HomeAssistant, urls: UrlManager, hass_client: ClientSessionGenerator
) -> None:
    """Test the module that pages load, and those that it imports."""
    assert await async_setup_component(hass, "http", {})
    assert await async_setup_component(hass, DOMAIN, {})
    client = await hass_client()

    (url,) = urls.urls
    folder, _, name = url.rpartition("/")
    left, read = [name], set[str]()
    while left:
        name = left.pop()
        read.add(name)
        answer = await client.get(f"{folder}/{name}")
        assert answer.ok, name
        assert "javascript" in answer.content_type
        # A month, which the name of the folder makes safe.
        assert "max-age" in answer.headers["Cache-Control"]
        left += set(re.findall(r'from "\./([\w-]+\.js)"', await answer.text())) - read
    assert read == {module.name for module in FOLDER.glob("*.js")}


async def test_another_version_has_another_address(
    hass: HomeAssistant,
    urls: UrlManager,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test no browser keeps an old module."""
    assert await async_setup_component(hass, "http", {})
    assert await async_setup_component(hass, DOMAIN, {})
    (before,) = urls.urls

    (tmp_path / "ethos-dashboard.js").write_text("// changed")
    monkeypatch.setattr("custom_components.ethos.dashboard.FOLDER", tmp_path)
    hass.config.components.remove(DOMAIN)
    assert await async_setup_component(hass, DOMAIN, {})
    assert urls.urls > {before}


async def test_without_a_frontend_nothing_is_missing(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Test panels work in a Home Assistant that serves no pages."""
    assert "frontend" not in hass.config.components
    assert loaded.state is ConfigEntryState.LOADED
    assert DATA_EXTRA_MODULE_URL not in hass.data
