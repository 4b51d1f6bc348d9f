"""Blocks as Jupyter shows them, and blocks made of an analyst's own DataFrame or figure."""

import re
from decimal import Decimal
from typing import Any

from evalbook.blocks import KINDS, Block, Cell, Table
from evalbook.charts import style, to_block
from evalbook.preview import bundle

MAX_ROWS = 500


def register(shell: Any) -> None:
    """Teach IPython's display to show blocks, and to make them of DataFrames and figures."""
    if shell is None:
        return
    shell.events.register("pre_run_cell", _prepare)
    formatter = shell.display_formatter.mimebundle_formatter
    for kind in KINDS:
        formatter.for_type(kind, _block_bundle)
    formatter.for_type_by_name("pandas", "DataFrame", _frame_bundle)
    formatter.for_type_by_name("pandas.core.frame", "DataFrame", _frame_bundle)
    formatter.for_type_by_name("matplotlib.figure", "Figure", _figure_bundle)


def _prepare(info: Any) -> None:
    """The packaged Chinese font, before a cell that draws; other notebooks need no matplotlib."""
    if "matplotlib" in info.raw_cell:
        style()


def _block_bundle(block: Block, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    return bundle(block)


def _frame_bundle(frame: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    return bundle(frame_block(frame))


def _figure_bundle(canvas: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
    titles = [axes.get_title() for axes in canvas.axes]
    caption = canvas.get_suptitle() or next(filter(None, titles), "")
    if caption and len(canvas.axes) == 1:
        canvas.axes[0].set_title("")
        canvas.suptitle("")
    return bundle(to_block(canvas, caption, caption))


def frame_block(frame: Any) -> Table:
    """A DataFrame as a table; its caption is `frame.attrs["caption"]`, its index is left out.

    A column of numbers is set right, one of text left; a missing value shows 未公布.
    """
    shown = frame.head(MAX_ROWS)
    columns = [str(column) for column in shown.columns]
    values = [[_text(value) for value in row] for row in shown.itertuples(index=False, name=None)]
    numeric = [
        all(_is_number(row[n]) for row in shown.itertuples(index=False, name=None))
        for n in range(len(columns))
    ]
    longest = [
        max([len(column), *(len(row[n]) for row in values)]) for n, column in enumerate(columns)
    ]
    notes: tuple[str, ...] = ()
    if len(frame) > MAX_ROWS:
        notes = (f"表有 {len(frame)} 行，只列出前 {MAX_ROWS} 行。",)
    return Table(
        caption=str(frame.attrs.get("caption", "")),
        header=(tuple(Cell(column) for column in columns),),
        rows=tuple(tuple(Cell(value) for value in row) for row in values),
        align=tuple("right" if each else "left" for each in numeric),
        widths=tuple(max(1.0, min(4.0, 0.2 * each)) for each in longest),
        kinds=tuple("body" for _ in values),
        unit=str(frame.attrs.get("unit", "")),
        notes=notes,
    )


def _text(value: Any) -> str:
    return "未公布" if value is None or value != value else str(value)


def _is_number(value: Any) -> bool:
    """A number, or a percentage as printed."""
    if isinstance(value, str):
        return re.fullmatch(r"-?[\d.]+[%‰]", value) is not None
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
