"""The page that keeps the results, a section for each trial."""

from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[1] / "docs" / "trials.md"


def renew(name: str, tables: str, page: Path = PAGE) -> None:
    """Write the tables of a trial between its marks."""
    text = page.read_text("utf-8")
    begin, end = f"<!-- {name}: written by the trial -->", f"<!-- end of {name} -->"
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{page} has no place for {name}")
    page.write_text(f"{before}{begin}\n\n{tables}\n\n{end}{after}", "utf-8")
