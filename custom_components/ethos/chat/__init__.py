"""What people read in a chat: tables of rigs, and messages of what happened."""

from .messages import Format, Wording, counts, messages
from .table import Column, Row, summary, tables

__all__ = [
    "Column",
    "Format",
    "Row",
    "Wording",
    "counts",
    "messages",
    "summary",
    "tables",
]
