"""Home Assistant's APIs, as its owner."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus

from aiohttp import ClientSession

from .websocket import Json, Subscription, WebSocket


class ApiError(Exception):
    """A request was refused."""

    def __init__(self, method: str, path: str, status: int, text: str) -> None:
        """Remember the status and what was answered."""
        super().__init__(f"{method} {path}: {status} {text}")
        self.status = status
        self.text = text


class FlowError(Exception):
    """A flow did not end as it should."""

    def __init__(self, step: Json) -> None:
        """Remember the step at which it ended."""
        what = step.get("errors") or step.get("reason") or step.get("step_id")
        super().__init__(
            f"The flow of {step['handler']} ended with {step['type']}: {what}"
        )
        self.step = step


class Api:
    """Home Assistant's REST and WebSocket APIs."""

    def __init__(self, url: str, token: str = "") -> None:
        """Know where Home Assistant is."""
        self.url = url
        self.token = token
        self._session: ClientSession | None = None
        self._websocket: WebSocket | None = None

    async def connect(self) -> None:
        """Connect and log in."""
        try:
            self._websocket = await WebSocket.connect(
                self.session, self.url, self.token
            )
        except BaseException:
            await self.disconnect()
            raise

    async def disconnect(self) -> None:
        """Close every connection."""
        if self._websocket:
            await self._websocket.close()
            self._websocket = None
        if self._session:
            await self._session.close()
            self._session = None

    @property
    def session(self) -> ClientSession:
        """Return the session for requests to Home Assistant."""
        if not self._session:
            self._session = ClientSession(
                headers={"Authorization": f"Bearer {self.token}"}
            )
        return self._session

    @property
    def websocket(self) -> WebSocket:
        """Return the connection for commands."""
        if not self._websocket:
            raise ConnectionError("Home Assistant is not connected")
        return self._websocket

    # --- REST ---

    async def get(self, path: str) -> Json:
        """Get a path such as /api/config: JSON, or text where it is not JSON."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Json = None) -> Json:
        """Post JSON to a path."""
        return await self._request("POST", path, data)

    async def delete(self, path: str) -> Json:
        """Delete a path."""
        return await self._request("DELETE", path)

    async def _request(self, method: str, path: str, data: Json = None) -> Json:
        """Make a request and raise what was refused."""
        async with self.session.request(method, self.url + path, json=data) as response:
            if response.status >= HTTPStatus.BAD_REQUEST:
                raise ApiError(method, path, response.status, await response.text())
            if response.content_type == "application/json":
                return await response.json()
            return await response.text()

    # --- WebSocket ---

    async def command(self, command: str, /, **data: Json) -> Json:
        """Send a command such as config/device_registry/list and return its result."""
        return await self.websocket.command(command, **data)

    @asynccontextmanager
    async def subscribe(
        self, command: str, /, **data: Json
    ) -> AsyncIterator[Subscription]:
        """Subscribe by a command, and unsubscribe at the end."""
        async with self.websocket.subscribe(command, **data) as subscription:
            yield subscription

    @asynccontextmanager
    async def events(self, event_type: str) -> AsyncIterator[Subscription]:
        """Subscribe to the events of a type."""
        async with self.subscribe("subscribe_events", event_type=event_type) as events:
            yield events

    async def call(
        self,
        domain: str,
        service: str,
        data: Mapping[str, Json] | None = None,
        *,
        target: Mapping[str, Json] | None = None,
        return_response: bool = False,
    ) -> Json:
        """Perform an action, wait until it is done and return its response."""
        result = await self.command(
            "call_service",
            domain=domain,
            service=service,
            service_data=data or {},
            target=target or {},
            return_response=return_response,
        )
        return result.get("response")

    async def states(self) -> dict[str, Json]:
        """Return all states by entity ID."""
        return {state["entity_id"]: state for state in await self.get("/api/states")}

    async def state(self, entity_id: str) -> Json:
        """Return the state of an entity, None where there is none."""
        try:
            return await self.get(f"/api/states/{entity_id}")
        except ApiError as err:
            if err.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    async def wait_for_state(
        self, entity_id: str, wanted: str | Callable[[Json], bool], within: float = 30
    ) -> Json:
        """Wait until an entity has a state, or one that fits, and return it."""

        def fits(state: Json) -> bool:
            """Return whether this is what is waited for."""
            if state is None:
                return False
            return wanted(state) if callable(wanted) else state["state"] == wanted

        state = None
        try:
            async with asyncio.timeout(within), self.events("state_changed") as events:
                state = await self.state(entity_id)
                while not fits(state):
                    data = (await anext(events))["data"]
                    if data["entity_id"] == entity_id:
                        state = data["new_state"]
        except TimeoutError as err:
            raise TimeoutError(f"{entity_id} is not as wanted: {state}") from err
        return state

    # --- Integrations ---

    async def entries(self, domain: str) -> list[Json]:
        """Return the config entries of an integration."""
        entries: list[Json] = await self.command("config_entries/get", domain=domain)
        return entries

    async def run_flow(self, handler: str, *answers: Mapping[str, Json]) -> Json:
        """Set an integration up, one answer for each step; return its config entry."""
        start = {"handler": handler, "show_advanced_options": False}
        return (await self._walk("flow", start, *answers))["result"]

    async def run_options_flow(
        self, entry_id: str, *answers: Mapping[str, Json]
    ) -> None:
        """Change the options of a config entry as a user does."""
        await self._walk("options/flow", {"handler": entry_id}, *answers)

    async def run_subentry_flow(
        self, entry_id: str, subentry_type: str, *answers: Mapping[str, Json]
    ) -> None:
        """Add a part to a config entry as a user does."""
        start = {"handler": [entry_id, subentry_type]}
        await self._walk("subentries/flow", start, *answers)

    async def add_panel(self, url: str) -> Json:
        """Add a panel and return its config entry."""
        return await self.run_flow("ethos", {"url": url})

    async def _walk(
        self, path: str, start: Mapping[str, Json], *answers: Mapping[str, Json]
    ) -> Json:
        """Answer the steps of a flow and return the last; put a failed flow away."""
        base = f"/api/config/config_entries/{path}"
        step = await self.post(base, start)
        flow = f"{base}/{step['flow_id']}"
        try:
            for answer in answers:
                if step["type"] not in {"form", "menu"} or step.get("errors"):
                    break
                step = await self.post(flow, answer)
                while step["type"] in {"progress", "progress_done"}:
                    await asyncio.sleep(0.1)
                    step = await self.get(flow)
        except ApiError:
            await self.delete(flow)
            raise
        if step["type"] == "create_entry":
            return step
        if step["type"] != "abort":
            await self.delete(flow)
        raise FlowError(step)
