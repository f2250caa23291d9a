"""Curves as a picture that needs no program to be drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_SVG: Final = "http://www.w3.org/2000/svg"
_WIDTH: Final = 720
_HEIGHT: Final = 96
_LEFT: Final = 96
_TOP: Final = 34
_BOTTOM: Final = 28
# Grey and blue can be read on white and on black.
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#888}"
    "path{fill:none;stroke:#3b82f6;stroke-width:1.5}"
    "line{stroke:#888;stroke-opacity:.4}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A value over time."""

    title: str
    values: Sequence[float]
    least: float = 0
    """Where its axis begins."""


def draw(axis: str, times: Sequence[float], curves: Sequence[Curve]) -> str:
    """Return an SVG with the curves one below the other, over the same times."""
    height = len(curves) * (_TOP + _HEIGHT) + _BOTTOM
    return "\n".join(
        (
            f'<svg xmlns="{_SVG}" viewBox="0 0 {_LEFT + _WIDTH + 16} {height}">',
            f"<style>{_STYLE}</style>",
            *(
                line
                for number, curve in enumerate(curves)
                for line in _draw(curve, times, number * (_TOP + _HEIGHT) + _TOP)
            ),
            *_scale(axis, times, height - _BOTTOM + 16),
            "</svg>\n",
        )
    )


def _draw(curve: Curve, times: Sequence[float], top: float) -> Iterator[str]:
    """Yield a curve between two lines."""
    most = max(*curve.values, curve.least + 1)
    span = times[-1] - times[0]
    points = " L".join(
        f"{_LEFT + (time - times[0]) / span * _WIDTH:.1f}"
        f" {top + _HEIGHT * (1 - (value - curve.least) / (most - curve.least)):.1f}"
        for time, value in zip(times, curve.values, strict=True)
    )
    yield f'<text x="{_LEFT}" y="{top - 10}">{curve.title}</text>'
    for value, y in ((most, top), (curve.least, top + _HEIGHT)):
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _WIDTH}" y1="{y}" y2="{y}"/>'
        yield (
            f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,.0f}</text>'
        )
    yield f'<path d="M{points}"/>'


def _scale(axis: str, times: Sequence[float], y: float) -> Iterator[str]:
    """Yield what the times are, from the first to the last."""
    for share in (0, 0.25, 0.5, 0.75, 1):
        time = times[0] + share * (times[-1] - times[0])
        yield (
            f'<text x="{_LEFT + share * _WIDTH:.0f}" y="{y}" text-anchor="middle">'
            f"{time:.3g} {axis}</text>"
        )
