"""A database for a recorder, and what is in it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import pwd
import shutil
import subprocess
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine, text

from development.process import ProcessError

_TABLES: Final = (
    "states",
    "state_attributes",
    "statistics_short_term",
    "statistics",
)
# Debian's place of what only its own scripts call.
_PROGRAMS: Final = Path("/usr/lib/postgresql")
_NAME: Final = "homeassistant"
# PostgreSQL does not run as root.
_OWNER: Final = "postgres"
# What makes this program's clock its own is not the database's business.
_CLOCK: Final = ("LD_PRELOAD", "CLOCK_FILE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What is in a database."""

    rows: Mapping[str, int]
    """By table."""
    sizes: Mapping[str, int]
    """In bytes, indexes included, by table."""
    size: int
    """Of all of it, in bytes."""


@contextmanager
def sqlite() -> Iterator[str]:
    """Return the address of a new file."""
    with TemporaryDirectory() as folder:
        yield f"sqlite:///{folder}/{_NAME}.db"


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL that is reached from this machine alone; return its address."""
    if not (found := sorted(_PROGRAMS.glob("*/bin"))):
        raise ProcessError("PostgreSQL is missing: apt-get install postgresql")
    programs = found[-1]
    with TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        if os.geteuid() == 0:
            owner = pwd.getpwnam(_OWNER)
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        _run(programs / "initdb", "--auth=trust", f"--username={_OWNER}", str(data))
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        control = (programs / "pg_ctl", "--silent", f"--pgdata={data}")
        _run(*control, "--wait", f"--options={options}", f"--log={data}/log", "start")
        try:
            where = (f"--host={folder}", f"--username={_OWNER}")
            _run(programs / "createdb", *where, "--encoding=UTF8", _NAME)
            yield f"postgresql://{_OWNER}@/{_NAME}?host={folder}"
        finally:
            _run(*control, "--wait", "--mode=fast", "stop")


def _run(program: Path, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as its owner."""
    command = [str(program), *arguments]
    if os.geteuid() == 0:
        command = [shutil.which("runuser") or "runuser", "-u", _OWNER, "--", *command]
    environment = {key: it for key, it in os.environ.items() if key not in _CLOCK}
    done = subprocess.run(  # noqa: S603 Debian's own programs
        command, env=environment, capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        raise ProcessError(f"{program.name} failed: {done.stderr or done.stdout}")


def content(url: str) -> Content:
    """Look into a database that nobody uses any more."""
    engine = create_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    of_all = (
        "SELECT sum(pgsize) FROM dbstat"
        if is_sqlite
        else "SELECT pg_database_size(current_database())"
    )
    of_one = (
        "SELECT sum(pgsize) FROM dbstat JOIN sqlite_master USING (name)"
        " WHERE tbl_name = :table"
        if is_sqlite
        else "SELECT pg_total_relation_size(CAST(:table AS text))"
    )
    with engine.connect() as connection:

        def number(query: str, **values: str) -> int:
            return int(connection.execute(text(query), values).scalar_one())

        result = Content(
            rows={
                table: number(f"SELECT count(*) FROM {table}")  # noqa: S608 our own names
                for table in _TABLES
            },
            sizes={table: number(of_one, table=table) for table in _TABLES},
            size=number(of_all),
        )
    engine.dispose()
    return result
