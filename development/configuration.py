"""The folder of a Home Assistant that asks no questions and needs no internet."""

from collections.abc import Mapping
from datetime import UTC, datetime
import json
from pathlib import Path
import shutil
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parent.parent
HOST: Final = "127.0.0.1"

CONFIGURATION: Final = """\
homeassistant:
  name: Home
  latitude: 52.3731
  longitude: 4.8903
  elevation: 0
  unit_system: metric
  time_zone: Europe/Amsterdam
  country: NL
  currency: EUR
  language: en

automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml

energy:
history:
logbook:

recorder:
  commit_interval: 1

logger:
  default: warning
  logs:
    custom_components.ethos: info
"""


def write_configuration(folder: Path, port: int, extra: str = "") -> None:
    """Write what is missing, so that a folder can be kept; extra is more YAML."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)

    _write_once(folder / "configuration.yaml", f"{CONFIGURATION}\n{extra}")
    for name in ("automations.yaml", "scripts.yaml", "scenes.yaml"):
        _write_once(folder / name, "")

    # The steps of the onboarding would set up integrations that need the internet.
    steps = ["user", "core_config", "analytics", "integration"]
    _write_once(storage / "onboarding", _stored("onboarding", 4, {"done": steps}))
    # Otherwise the frontend tells what is new.
    seen = {"core": {"onboarded_version": "2026.11.0"}}
    key = "frontend.system_data"
    _write_once(storage / key, _stored(key, 1, seen))

    # As YAML these would be taken for a trial, which the frontend asks to confirm.
    http = {"stable": _http(port), "pending": None, "yaml_migration_done": True}
    (storage / "http").write_text(_stored("http", 3, http), encoding="utf-8")

    _link(
        folder / "custom_components" / "ethos",
        REPOSITORY / "custom_components" / "ethos",
    )
    _copy(
        folder / "blueprints" / "automation" / "ethos",
        REPOSITORY / "blueprints" / "automation" / "ethos",
    )


def _http(port: int) -> dict[str, object]:
    """Return Home Assistant's own defaults, on the loopback interface only."""
    return {
        "server_host": [HOST],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }


def _stored(key: str, version: int, data: Mapping[str, object]) -> str:
    """Return the content of a file of Home Assistant's storage."""
    content = {"version": version, "minor_version": 1, "key": key, "data": data}
    return json.dumps(content, indent=2)


def _write_once(path: Path, content: str) -> None:
    """Write a file unless it is there."""
    if not path.exists():
        path.write_text(content, encoding="utf-8")


def _link(link: Path, target: Path) -> None:
    """Let a path lead to a folder of the repository, wherever that is by now."""
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(target, target_is_directory=True)


def _copy(copy: Path, original: Path) -> None:
    """Bring a copy of a folder of the repository up to date."""
    # Home Assistant finds no blueprints behind a link, and may write to them.
    shutil.rmtree(copy, ignore_errors=True)
    if original.is_dir():
        shutil.copytree(original, copy)
