"""Tests of reading Home Assistant's log."""

from development.log import parse_log, warnings

LOG = """\
2026-11-24 20:42:43.504+00:00 WARNING (MainThread) [homeassistant.bootstrap] \
Skipping pip installation of required modules. This may cause issues
2026-11-24 21:42:44.100+01:00 INFO (MainThread) [custom_components.ethos] Ready
2026-11-24 21:42:45.480+01:00 ERROR (ImportExecutor_0) [custom_components.ethos.x] No
Traceback (most recent call last):
ValueError: zip
2026-11-24 21:42:46.000 WARNING (MainThread) [homeassistant.core] Slow
"""


def test_a_traceback_belongs_to_its_message() -> None:
    """Test what is compared and shown is the message with all its lines."""
    assert [(entry.level, entry.logger) for entry in parse_log(LOG)] == [
        ("WARNING", "homeassistant.bootstrap"),
        ("INFO", "custom_components.ethos"),
        ("ERROR", "custom_components.ethos.x"),
        ("WARNING", "homeassistant.core"),
    ]
    assert parse_log(LOG)[2].text.endswith(
        "] No\nTraceback (most recent call last):\nValueError: zip"
    )


def test_what_always_appears_is_no_warning() -> None:
    """Test an undisturbed start has nothing to show."""
    assert [entry.text[-4:] for entry in warnings(LOG)] == [" zip", "Slow"]


def test_a_cry_without_a_logger_is_an_error() -> None:
    """Test a program that cannot start is heard."""
    [entry] = warnings("No module named homeassistant\n")
    assert (entry.level, entry.text) == ("ERROR", "No module named homeassistant")


def test_silence_is_no_entry() -> None:
    """Test a log can be read before anything is written."""
    assert not parse_log("")
