"""The dashboard that builds itself, added as a user adds it."""

from .api import Api
from .websocket import Json


async def add_dashboard(home: Api, path: str, **options: Json) -> None:
    """Add a dashboard of the integration's strategy under a path."""
    await home.command(
        "lovelace/dashboards/create",
        url_path=path,
        title="Mining farm",
        icon="mdi:pickaxe",
        show_in_sidebar=True,
        require_admin=False,
    )
    await home.command(
        "lovelace/config/save",
        url_path=path,
        config={"strategy": {"type": "custom:ethos", **options}},
    )
