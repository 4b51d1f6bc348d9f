"""What the parent has ready before it forks: modules, a drawn figure, a shown table.

Everything here leaves settings, modules and environment as importing alone would: what a
notebook sees is what a kernel of its own would show it. `matplotlib_inline.backend_inline` is
not imported: it has to find the shell of the notebook that draws first.
"""

import io
from importlib import import_module

MODULES = (
    "pandas",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "IPython.core.pylabtools",
    "IPython.core.magics",
    "evalbook.notebook",
    "evalbook.charts.plot",
    "evalbook.panel",
    "pylopdf_fonts_zh_cn",
    "PIL.PngImagePlugin",
    "ipywidgets",
)


def warm() -> None:
    for name in MODULES:
        import_module(name)
    _table()
    _figure()


def _table() -> None:
    import pandas

    frame = pandas.DataFrame({"name": ["甲", "乙"], "value": [1.5, None]})
    frame.to_html()
    repr(frame)
    frame.groupby("name", as_index=False).sum().sort_values("value")


def _figure() -> None:
    """Draw once with each of the fonts that notebooks use, on a figure that pyplot never sees."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from pylopdf_fonts_zh_cn import sans_path

    with matplotlib.rc_context():
        canvas = Figure()
        axes = canvas.subplots()
        axes.bar(["a", "b"], [1, 2], label="c")
        axes.legend()
        axes.set_title("预算", font=sans_path())
        FigureCanvasAgg(canvas)
        for kind in ("png", "svg"):
            canvas.savefig(io.BytesIO(), format=kind, bbox_inches="tight")
