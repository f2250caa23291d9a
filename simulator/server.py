"""The panel over HTTP, and whatever is wrong with it."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from time import monotonic
from typing import Final

from aiohttp import hdrs, web

from .control import Control, tell_errors
from .farm import Farm
from .pace import Pace
from .troubles import (
    Blank,
    Down,
    Locked,
    Password,
    Redirect,
    Slow,
    Status,
    Trouble,
    Truncated,
)

LOCKED: Final = "<html><body><h1>This panel is pending verification.</h1></body></html>"


def create_app(
    farm: Farm,
    *,
    panel_id: str = "simula",
    speed: float = 1,
    clock: Callable[[], float] = monotonic,
    tick: float = 1,
) -> web.Application:
    """Return an application that serves a farm.

    Its time passes so many times as fast as the clock's; at 0 it stands. The farm
    catches up with the clock each tick (s of real time) and before each request.
    """
    pace, server = Pace(farm, speed, clock, tick), Server(farm, panel_id)
    app = web.Application(middlewares=[pace.before, tell_errors])
    app.cleanup_ctx.append(pace.keep)
    app.add_routes([*server.routes, *Control(farm).routes])
    return app


class Server:
    """Serves the panel's page."""

    def __init__(self, farm: Farm, panel_id: str) -> None:
        """Serve a farm's panel under a name."""
        self._farm = farm
        self._name = escape(panel_id)

    @property
    def routes(self) -> list[web.RouteDef]:
        """What there is; the second stands in for wherever a redirect leads."""
        return [web.get("/", self._panel), web.get("/moved/", self._answer)]

    async def _panel(self, request: web.Request) -> web.Response:
        """Serve the panel, or what is wrong with it."""
        trouble = self._farm.page.trouble
        match trouble:
            case Down():
                request.protocol.force_close()
                return web.Response()
            case Slow(seconds):
                await asyncio.sleep(seconds)
            case Password(user, password):
                expected = b64encode(f"{user}:{password}".encode()).decode()
                if request.headers.get(hdrs.AUTHORIZATION) != f"Basic {expected}":
                    headers = {hdrs.WWW_AUTHENTICATE: 'Basic realm="ethOS"'}
                    return web.Response(status=401, headers=headers)
        return self._instead(trouble) or await self._answer(request)

    def _instead(self, trouble: Trouble | None) -> web.Response | None:
        """Return what the panel says instead of its answer, if so."""
        match trouble:
            case Status(status, wait):
                headers = {} if wait is None else {hdrs.RETRY_AFTER: str(wait)}
                return web.Response(status=status, headers=headers)
            case Redirect(to):
                return web.Response(status=302, headers={hdrs.LOCATION: to})
            case Locked():
                return self._html(LOCKED)
            case Truncated():
                text = self._farm.page.text
                return self._html(text[: len(text) // 2])
            case Blank():
                return self._html("")
        return None

    async def _answer(self, request: web.Request) -> web.Response:
        """Serve the JSON to those who ask for it, and a page to others."""
        asked = request.query.get("json") == "yes"
        return self._html(self._farm.page.text if asked else self._table())

    def _table(self) -> str:
        """Return a page for people."""
        rigs: dict[str, dict[str, str]] = self._farm.panel()["rigs"] or {}
        shown = ("rack_loc", "condition", "hash", "temp")
        head = "<th>".join(("<tr><th>rig", *shown))
        rows = "".join(
            "<td>".join(
                (f"<tr><td>{rig_id}", *(escape(str(rig[key] or "")) for key in shown))
            )
            for rig_id, rig in rigs.items()
        )
        return (
            f"<!doctype html><title>{self._name}</title><h1>{self._name}</h1>"
            f'<p><a href="?json=yes">JSON</a><table>{head}{rows}</table>'
        )

    def _html(self, text: str) -> web.Response:
        """Return what the panel says: HTML whatever it is, dated by its own clock."""
        now = datetime.fromtimestamp(self._farm.now, UTC)
        headers = {hdrs.DATE: format_datetime(now, usegmt=True)}
        return web.Response(text=text, content_type="text/html", headers=headers)
