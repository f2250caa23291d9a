"""The dashboard that builds itself, as far as Home Assistant has to serve it."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant

from .const import DOMAIN

FOLDER: Final = Path(__file__).parent / "dashboard"


async def async_register_dashboard(hass: HomeAssistant) -> None:
    """Let every page of Home Assistant know the dashboard."""
    if "frontend" not in hass.config.components:
        return
    # Browsers keep what they have loaded for a month: what changes is another folder.
    url = f"/{DOMAIN}/{await hass.async_add_executor_job(_fingerprint)}"
    await hass.http.async_register_static_paths([StaticPathConfig(url, str(FOLDER))])
    add_extra_js_url(hass, f"{url}/ethos-dashboard.js")


def _fingerprint() -> str:
    """Return what tells this dashboard from its other versions."""
    modules = sorted(FOLDER.glob("*.js"))
    content = b"".join(module.read_bytes() for module in modules)
    return sha256(content).hexdigest()[:12]
