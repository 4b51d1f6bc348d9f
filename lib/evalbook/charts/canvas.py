"""An analyst's own matplotlib figure as a block: the packaged font, the same bytes every time."""

import io
from functools import cache
from typing import TYPE_CHECKING

from evalbook.blocks import Figure
from evalbook.charts.bars import INK
from evalbook.charts.drawing import DPI, png_text

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas


@cache
def style() -> None:
    """The packaged Chinese font, text as outlines, fixed ids."""
    import matplotlib
    from matplotlib import font_manager
    from pylopdf_fonts_zh_cn import sans_path

    font_manager.fontManager.addfont(sans_path())
    name = font_manager.FontProperties(fname=sans_path()).get_name()
    matplotlib.rcParams.update(
        {
            "font.family": [name],
            "font.size": 9,
            "axes.unicode_minus": False,
            "svg.hashsalt": "evalbook",
            "svg.fonttype": "path",
            "axes.edgecolor": INK,
            "text.color": INK,
            "axes.labelcolor": INK,
        }
    )


def to_block(canvas: "Canvas", caption: str, alt: str) -> Figure:
    """A finished drawing as a block; no date, few colours, the same bytes every time."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    svg = io.StringIO()
    canvas.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    canvas.set_dpi(DPI)
    agg = FigureCanvasAgg(canvas)
    agg.draw()
    return Figure(caption, alt, svg.getvalue(), png_text(agg.get_renderer()))
