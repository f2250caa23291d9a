"""The Bot API over HTTP."""

from collections.abc import Callable
from http import HTTPStatus
import json
import re
import time
from typing import Any, Final, Self, override

from aiohttp import web

from development.configuration import HOST

from .arguments import Arguments
from .errors import Refusal, RequestError
from .flood import Limits
from .messenger import TOKEN, Messenger
from .methods import Method, Methods

PATH: Final = re.compile(r"/bot(?P<token>[^/]*)/(?P<method>.*)")
A_TOKEN: Final = re.compile(r"[1-9]\d*:.{1,70}")


class TelegramServer(Messenger):
    """A messenger whose bot uses HTTP, in the event loop in which it was started."""

    token = TOKEN

    @override
    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
    ) -> None:
        """Begin without chats; the clock is that of the limits."""
        super().__init__(clock=clock, limits=limits)
        self.url = ""
        """Its address, to be used in place of https://api.telegram.org."""
        self._methods = Methods(self)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Serve on any port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, 0)
        await site.start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop, without leaving a bot that waits."""
        self.updates.wake()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop."""
        await self.stop()

    async def _handle(self, request: web.Request) -> web.Response:
        """Answer a request."""
        path = PATH.fullmatch(request.path)
        method = path["method"].lower() if path else request.path
        arguments = Arguments({})
        try:
            call = self._find_method(path)
            arguments = Arguments(await _read_arguments(request))
            result = await call(arguments)
        except RequestError as err:
            self.refusals.append(
                Refusal(
                    method=method,
                    status=err.status,
                    description=err.description,
                    arguments=arguments.values,
                )
            )
            return _refused(err)
        return web.json_response({"ok": True, "result": result})

    def _find_method(self, path: re.Match[str] | None) -> Method:
        """Return what a path leads to."""
        if not path:
            raise RequestError(HTTPStatus.NOT_FOUND, "Not Found")
        _check_token(path["token"])
        if not (method := self._methods.by_name.get(path["method"].lower())):
            raise RequestError(HTTPStatus.NOT_FOUND, "Not Found: method not found")
        return method


def _check_token(token: str) -> None:
    """Raise unless a token is the bot's."""
    if not A_TOKEN.fullmatch(token):
        # The server of the published sources says 401 here, Telegram's own does not.
        raise RequestError(HTTPStatus.NOT_FOUND, "Not Found")
    if token != TOKEN:
        raise RequestError(HTTPStatus.UNAUTHORIZED, "Unauthorized")


async def _read_arguments(request: web.Request) -> dict[str, str]:
    """Return the arguments of a request, from wherever they are."""
    arguments = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError as err:
            raise RequestError(HTTPStatus.BAD_REQUEST, "Bad Request") from err
        if not isinstance(body, dict):
            raise RequestError(
                HTTPStatus.BAD_REQUEST, "Bad Request: JSON object expected"
            )
        return arguments | {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in body.items()
        }
    form = await request.post()
    return arguments | {
        name: value for name, value in form.items() if isinstance(value, str)
    }


def _refused(error: RequestError) -> web.Response:
    """Return the answer to a request that is refused."""
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": error.status,
        "description": error.description,
    }
    headers = {}
    if error.retry_after is not None:
        answer["parameters"] = {"retry_after": error.retry_after}
        headers["Retry-After"] = str(error.retry_after)
    return web.json_response(answer, status=error.status, headers=headers)
