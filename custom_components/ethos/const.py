"""What several parts of the integration share."""

import logging
from typing import Final

DOMAIN: Final = "ethos"
LOGGER: Final = logging.getLogger(__package__)
