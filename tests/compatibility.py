"""Let the test plugin of Home Assistant 2026.10 run on 2026.11, which has none yet.

Loaded before every other plugin (``-p``), since Home Assistant puts its own modules in
the place of httpx and voluptuous and so comes before whatever imports them.
"""

from typing import Final

from homeassistant.components import logger
from homeassistant.components.logger import helpers

_MOVED: Final = "_clear_logger_overwrites"

if not hasattr(logger, _MOVED):
    # 2026.11 moved what the plugin imports from here.
    setattr(logger, _MOVED, getattr(helpers, _MOVED))
