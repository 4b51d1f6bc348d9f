"""A matplotlib figure as a block: the packaged font, the same bytes every time."""

import base64
import io
import re
from functools import cache
from typing import TYPE_CHECKING

from evalbook.blocks import Figure, Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

INK, GRID = "#24292f", "#e3e6e9"
MUTED = "#57606a"
PALETTE = ("#0072b2", "#e69f00", "#009e73", "#7d8790", "#d55e00")
"""The colours of series in their order: told apart by those who are colour-blind, too."""
DPI, COLOURS = 200, 64
_COMMENT = re.compile("<!--.*?-->\n?", re.DOTALL)


@cache
def style() -> None:
    """The look of the report's own charts: the packaged Chinese font, its colours, no frames.

    Text as outlines, fixed ids, nothing of a user's own settings.
    """
    import matplotlib
    from matplotlib import font_manager
    from matplotlib.rcsetup import cycler
    from pylopdf_fonts_zh_cn import sans_path

    font_manager.fontManager.addfont(sans_path())
    name = font_manager.FontProperties(fname=sans_path()).get_name()
    matplotlib.rcdefaults()
    matplotlib.rcParams.update(
        {
            "font.family": [name],
            "font.size": 9,
            "axes.unicode_minus": False,
            "svg.hashsalt": "evalbook",
            "svg.fonttype": "path",
            "axes.edgecolor": MUTED,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "axes.grid.axis": "y",
            "axes.axisbelow": True,
            "axes.prop_cycle": cycler(color=PALETTE),
            "grid.color": GRID,
            "grid.linewidth": 0.6,
            "legend.frameon": False,
            "xtick.color": MUTED,
            "ytick.color": MUTED,
            "xtick.labelcolor": INK,
            "ytick.labelcolor": INK,
            "text.color": INK,
            "axes.labelcolor": INK,
            "hatch.linewidth": 0.9,
        }
    )


def to_block(
    canvas: "Canvas", caption: str, alt: str, data: tuple[tuple[str, Run], ...] = ()
) -> Figure:
    """A finished drawing as a block; no date, few colours, the same bytes every time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    svg, png = io.StringIO(), io.BytesIO()
    canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    canvas.set_dpi(DPI)
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    image = Image.frombytes("RGBA", agg.get_width_height(), bytes(agg.buffer_rgba())).convert("RGB")
    image = image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    image.save(png, format="png", compress_level=6, dpi=(DPI, DPI))
    drawing = _COMMENT.sub("", svg.getvalue())
    return Figure(caption, alt, drawing, base64.b64encode(png.getvalue()).decode(), data)
