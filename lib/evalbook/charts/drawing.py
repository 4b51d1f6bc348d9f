"""A drawing: rectangles, lines and text in points from the top left corner, as SVG and as PNG.

Both are made from the same shapes. The SVG has no style, no id and no script, so that it can
stand in any page; the PNG is drawn by matplotlib's Agg.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from evalbook.charts.letters import EM, letter, width

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import RendererAgg

DPI, COLOURS = 200, 64
Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]
BACK: dict[Anchor, float] = {"start": 0, "middle": 0.5, "end": 1}


@dataclass(frozen=True, slots=True)
class Area:
    """A filled polygon."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines of one pen, each through its points; `dash` is the length on and off, none if solid."""

    lines: tuple[tuple[Point, ...], ...]
    colour: str
    width: float
    dash: float = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text that begins at x; y is its baseline."""

    text: str
    x: float
    y: float
    size: float
    colour: str


@dataclass
class Drawing:
    """Shapes in the order they are drawn on white paper."""

    width: float
    height: float = 0
    shapes: list[Area | Stroke | Words] = field(default_factory=list)

    def rect(self, x: float, y: float, across: float, down: float, fill: str) -> None:
        corners = ((x, y), (x + across, y), (x + across, y + down), (x, y + down))
        self.shapes.append(Area(tuple(map(_rounded, corners)), fill))

    def lines(
        self, lines: Sequence[Sequence[Point]], colour: str, width: float, dash: float = 0
    ) -> None:
        drawn = tuple(tuple(map(_rounded, line)) for line in lines)
        self.shapes.append(Stroke(drawn, colour, width, dash))

    def text(
        self, text: str, x: float, y: float, size: float, colour: str, anchor: Anchor = "start"
    ) -> None:
        """Text on its baseline y; x is where it begins, its middle or its end."""
        begin = x - width(text, size) * BACK[anchor]
        self.shapes.append(Words(text, *_rounded((begin, y)), size, colour))

    def svg(self) -> str:
        size = f'width="{self.width:g}pt" height="{self.height:g}pt"'
        box = f'viewBox="0 0 {self.width:g} {self.height:g}"'
        paper = f'<rect width="{self.width:g}" height="{self.height:g}" fill="#ffffff"/>'
        lines = [paper, *map(_svg, self.shapes)]
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box}>'
        return "\n".join([head, *lines, "</svg>\n"])

    def png(self) -> str:
        """The picture in base64."""
        from matplotlib.backends.backend_agg import RendererAgg

        scale = DPI / 72
        agg = RendererAgg(round(self.width * scale), round(self.height * scale), DPI)
        agg.clear()
        _Brush(agg, self.height).paint(Area(_corners(self.width, self.height), "#ffffff"))
        for shape in self.shapes:
            _Brush(agg, self.height).paint(shape)
        return png_text(agg)


def png_text(agg: "RendererAgg") -> str:
    """What Agg has drawn as a PNG in base64; small, and the same bytes every time."""
    from PIL import Image

    png = io.BytesIO()
    size = round(agg.width), round(agg.height)
    image = Image.frombytes("RGBA", size, bytes(agg.buffer_rgba())).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    image.save(png, format="png", compress_level=6, dpi=(DPI, DPI))
    return base64.b64encode(png.getvalue()).decode()


def _rounded(point: Point) -> Point:
    return round(point[0], 2), round(point[1], 2)


def _corners(across: float, down: float) -> tuple[Point, ...]:
    return ((0, 0), (across, 0), (across, down), (0, down))


def _svg(shape: Area | Stroke | Words) -> str:
    match shape:
        case Area(points, fill):
            return f'<path fill="{fill}" d="{_through(points)}Z"/>'
        case Stroke(lines, colour, thick, dash):
            d = "".join(map(_through, lines))
            dashes = f' stroke-dasharray="{dash:g}"' if dash else ""
            return f'<path fill="none" stroke="{colour}" stroke-width="{thick:g}"{dashes} d="{d}"/>'
        case Words(text, x, y, size, colour):
            scale = size / EM
            at = f"translate({x:g} {y:g}) scale({scale:g} {-scale:g})"
            return f'<g fill="{colour}" transform="{at}">{_letters(text)}</g>'


def _through(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _letters(text: str) -> str:
    parts, at = [], 0
    for char in text:
        shape = letter(char)
        if shape.d:
            moved = f' transform="translate({at})"' if at else ""
            parts.append(f'<path{moved} d="{shape.d}"/>')
        at += shape.advance
    return "".join(parts)


class _Brush:
    """Paints a shape with Agg, whose y goes upwards."""

    def __init__(self, agg: "RendererAgg", height: float) -> None:
        from matplotlib.transforms import Affine2D

        self.agg = agg
        scale = DPI / 72
        self.page = Affine2D().scale(scale, -scale).translate(0, round(height * scale))

    def paint(self, shape: Area | Stroke | Words) -> None:
        import numpy as np
        from matplotlib.colors import to_rgb
        from matplotlib.path import Path
        from matplotlib.transforms import Affine2D

        pen = self.agg.new_gc()
        pen.set_linewidth(0)
        match shape:
            case Area(points, fill):
                path = Path([*points, points[0]], closed=True)
                self.agg.draw_path(pen, path, self.page, to_rgb(fill))
            case Stroke(lines, colour, thick, dash):
                pen.set_linewidth(thick)
                pen.set_foreground(colour)
                pen.set_capstyle("butt")
                pen.set_dashes(0, [dash, dash] if dash else None)
                path = Path.make_compound_path(*map(Path, lines))
                self.agg.draw_path(pen, path, self.page, None)
            case Words(text, x, y, size, colour) if text.strip():
                begins = np.cumsum([0, *(letter(char).advance for char in text[:-1])])
                letters = [(letter(char), at) for char, at in zip(text, begins, strict=True)]
                outlines = np.concatenate([np.add(each.vertices, (at, 0)) for each, at in letters])
                path = Path(outlines, np.concatenate([each.codes for each, _ in letters]))
                scale = size / EM
                placed = Affine2D().scale(scale, -scale).translate(x, y) + self.page
                self.agg.draw_path(pen, path, placed, to_rgb(colour))
