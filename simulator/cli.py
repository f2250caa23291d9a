"""The command line."""

from argparse import ArgumentDefaultsHelpFormatter, ArgumentParser, Namespace
from collections.abc import Sequence
import time

from aiohttp import web

from .errors import SimulatorError
from .ethos import UNREACHABLE
from .farm import Farm
from .hardware import MINERS
from .plan import Plan
from .plugs import Plugs, broker
from .server import create_app
from .shapes import Shape


def main(arguments: Sequence[str] | None = None) -> None:
    """Build a farm and serve it until interrupted."""
    parser = ArgumentParser(
        prog="python -m simulator",
        description="Serve a simulated farm: its panel at /, its levers at /control.",
        formatter_class=ArgumentDefaultsHelpFormatter,
    )
    _add_options(parser)
    options = parser.parse_args(arguments)
    try:
        app = _app(options)
    except SimulatorError as err:
        parser.error(str(err))
    web.run_app(app, host=options.host, port=options.port)


def _add_options(parser: ArgumentParser) -> None:
    """Say what can be chosen."""
    add = parser.add_argument
    add("--rigs", type=int, default=10, help="how many, 0 to 1000")
    add("--gpus", type=int, default=6, help="GPUs of each rig")
    add("--seed", type=int, default=0, help="the same seed is the same farm")
    add("--shape", choices=list(Shape), default=Shape.MIXED, help="version of ethOS")
    add("--miners", nargs="+", choices=MINERS, default=list(MINERS), help="what runs")
    add("--faults", type=float, default=0.0, help="faults of each rig a day")
    add("--timeout", type=float, default=UNREACHABLE, help="s until unreachable")
    add("--speed", type=float, default=1.0, help="how many times as fast time passes")
    add("--panel-id", default="simula", help="what the page calls itself")
    add("--mqtt", metavar="HOST:PORT", help="broker that brings a smart plug each")
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=int, default=8899, help="port to listen on")


def _app(options: Namespace) -> web.Application:
    """Return the application that was chosen."""
    farm = Farm(
        Plan(
            seed=options.seed,
            rigs=options.rigs,
            gpus=options.gpus,
            shape=Shape(options.shape),
            miners=options.miners,
            start=time.time(),
            timeout=options.timeout,
            faults=options.faults,
        )
    )
    app = create_app(farm, panel_id=options.panel_id, speed=options.speed)
    if options.mqtt is not None:
        app.cleanup_ctx.append(Plugs(farm, *broker(options.mqtt)).keep)
    return app
