"""The levers over HTTP: what breaks and mends things, and tells how they truly are."""

from collections.abc import Awaitable, Callable, Mapping
import json

from aiohttp import web

from .actions import describe, perform
from .errors import SimulatorError, UnknownError
from .farm import Farm
from .page import Page
from .rig import Rig
from .state import farm_state, rig_state


class Control:
    """What is under ``/control``."""

    def __init__(self, farm: Farm) -> None:
        """Control a farm."""
        self._farm = farm

    @property
    def routes(self) -> list[web.RouteDef]:
        """What there is."""
        return [
            web.get("/control", self._help),
            web.get("/control/farm", self._state),
            web.get("/control/rigs/{rig_id}", self._rig),
            web.post("/control/{action}", self._act_on_farm),
            web.post("/control/panel/{action}", self._act_on_panel),
            web.post("/control/rigs/{rig_id}/{action}", self._act_on_rig),
        ]

    async def _help(self, _: web.Request) -> web.Response:
        """Tell what can be done."""
        return web.json_response(
            {
                "GET /control/farm": "how all truly is",
                "GET /control/rigs/<rig>": "how a rig truly is",
                "POST /control/<action>": describe(Farm),
                "POST /control/panel/<action>": describe(Page),
                "POST /control/rigs/<rig>/<action>": describe(Rig),
            }
        )

    async def _state(self, _: web.Request) -> web.Response:
        """Tell how all truly is."""
        return web.json_response(farm_state(self._farm))

    async def _rig(self, request: web.Request) -> web.Response:
        """Tell how a rig truly is."""
        return web.json_response(rig_state(self._rig_of(request)))

    async def _act_on_farm(self, request: web.Request) -> web.Response:
        """Do something to the farm, and tell its clock."""
        result = await self._act(self._farm, request)
        return web.json_response({"result": result, "now": self._farm.now})

    async def _act_on_panel(self, request: web.Request) -> web.Response:
        """Do something to the panel."""
        return web.json_response({"result": await self._act(self._farm.page, request)})

    async def _act_on_rig(self, request: web.Request) -> web.Response:
        """Do something to a rig, and tell how it then is."""
        rig = self._rig_of(request)
        await self._act(rig, request)
        return web.json_response(rig_state(rig))

    async def _act(self, target: object, request: web.Request) -> object:
        """Do what the path says with what the body says."""
        return perform(
            target, request.match_info["action"], _body(await request.read())
        )

    def _rig_of(self, request: web.Request) -> Rig:
        """Return the rig that the path names."""
        return self._farm.rig(request.match_info["rig_id"])


@web.middleware
async def tell_errors(
    request: web.Request,
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> web.StreamResponse:
    """Tell what is wrong with a request in JSON."""
    try:
        return await handler(request)
    except UnknownError as err:
        return _error(str(err), 404)
    except SimulatorError as err:
        return _error(str(err), 400)
    except web.HTTPClientError as err:
        where = f"{request.method} {request.path}"
        return _error(f"{where}: {err.reason}; GET /control helps", err.status)


def _body(content: bytes) -> Mapping[str, object]:
    """Return a request's JSON object; nothing is an empty one."""
    try:
        body: object = json.loads(content or b"{}")
    except ValueError as err:
        raise SimulatorError(f"The body is not JSON: {err}") from err
    if not isinstance(body, dict):
        raise SimulatorError("The body must be a JSON object")
    return body


def _error(text: str, status: int) -> web.Response:
    """Return what is wrong."""
    return web.json_response({"error": text}, status=status)
