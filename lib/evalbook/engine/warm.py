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
    "IPython.core.logger",
    "bdb",
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
    import_module("evalbook.charts.words").in_font()
    _table()
    _figure()


def _table() -> None:
    import pandas

    frame = pandas.DataFrame({"name": ["甲", "乙"], "value": [1.5, None]})
    frame.to_html()
    repr(frame)
    frame.groupby("name", as_index=False).sum().sort_values("value")


def _figure() -> None:
    """Draw once, on a figure that pyplot never sees; small, as all that counts is the first."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        canvas = Figure(figsize=(1, 1))
        axes = canvas.subplots()
        axes.bar([0], [1], label="a")
        axes.legend()
        axes.set(title="b", xticks=[0], yticks=[])
        FigureCanvasAgg(canvas)
        canvas.savefig(io.BytesIO(), format="png", bbox_inches="tight")
