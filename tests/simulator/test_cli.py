"""Test the command line."""

import asyncio
import json
import re
import runpy
import sys
from typing import Any

from aiohttp import ClientSession, web
import pytest

from simulator.cli import main


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Serve nothing, but keep what would have been."""
    served: dict[str, Any] = {}

    def serve(_: web.Application, **options: object) -> None:
        served.update(options)

    monkeypatch.setattr(web, "run_app", serve)
    return served


def test_a_farm_is_served_on_this_machine_only(served: dict[str, Any]) -> None:
    """Test nothing need be chosen."""
    main([])
    assert served == {"host": "127.0.0.1", "port": 8899}


def test_the_module_can_be_run(
    served: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test ``python -m simulator``."""
    monkeypatch.setattr(sys, "argv", ["simulator", "--host", "::1", "--port", "1234"])
    runpy.run_module("simulator", run_name="__main__")
    assert served == {"host": "::1", "port": 1234}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--rigs", "1001"], "rigs must be 0 to 1000, not 1001"),
        (["--speed", "-1"], "speed must be 0 to"),
        (["--shape", "9.9.9"], "invalid choice: '9.9.9'"),
        (["--miners", "x"], "invalid choice: 'x'"),
        (["--mqtt", "x"], "mqtt must be HOST:PORT, not x"),
        (["--seed", "x"], "invalid int value"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_choice_is_refused(
    served: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    """Test the message says what is possible, and nothing is served."""
    with pytest.raises(SystemExit):
        main(arguments)
    assert message in capsys.readouterr().err
    assert served == {}


async def test_the_whole_is_served(socket_enabled: None) -> None:
    """Test a process of its own, on a port that is free."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "simulator", "--port", "0", "--rigs", "3"),
        *("--shape", "1.2.9", "--speed", "60", "--faults", "1", "--panel-id", "abc"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found
        async with ClientSession(found[0]) as session:
            page = await (await session.get("/")).text()
            panel = json.loads(await (await session.get("/?json=yes")).text())
    finally:
        process.terminate()
        await process.wait()
    assert "<h1>abc</h1>" in page
    assert len(panel["rigs"]) == 3
    assert panel["current_version"] == "1.2.9"
