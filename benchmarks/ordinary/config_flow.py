"""Without one, Home Assistant sets no entry up."""

from homeassistant.config_entries import ConfigFlow


class OrdinaryConfigFlow(ConfigFlow, domain="ordinary"):
    """Asks nothing."""
