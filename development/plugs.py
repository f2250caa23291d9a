"""The plugs of a simulated farm, added as a user adds them."""

from .api import Api
from .configuration import HOST
from .websocket import Json


async def add_broker(home: Api, port: int) -> None:
    """Add the broker to which the plugs talk; they are discovered there."""
    await home.run_flow(
        "mqtt",
        {
            "broker": HOST,
            "port": port,
            "protocol": "5",
            "other_settings": {"set_client_cert": False, "set_ca_cert": "off"},
        },
    )


async def add_plug(home: Api, entry_id: str, rig_id: str, **options: Json) -> None:
    """Add the plug of a rig to its panel, as soon as it is discovered."""
    switch, meter = f"switch.plug_{rig_id}", f"sensor.plug_{rig_id}_power"
    await home.wait_for_state(switch, "on", within=60)
    answer = {"rig": rig_id, "switch": switch, "meter": meter, **options}
    await home.run_subentry_flow(entry_id, "plug", answer)
