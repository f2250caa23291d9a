"""Without one, Home Assistant sets no entry up."""

from homeassistant.config_entries import ConfigFlow


class FloorConfigFlow(ConfigFlow, domain="floor"):
    """Asks nothing."""
