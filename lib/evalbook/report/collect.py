"""From an executed notebook to blocks: what it may hold, and what it may not.

Blocks come from outputs that carry the block MIME type and from Markdown cells. Cells tagged
`guide` speak to the person in the notebook and stay there, as do `parameters`; code is never
shown. Everything else that would be seen in the notebook but lost in the report is a fault, and
all faults of a notebook are told at once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from evalbook.blocks import MIME, Block, Stamp, from_json
from evalbook.errors import SHOWN_FAULTS, Fault, NotebookError
from evalbook.report.markdown import parse
from evalbook.report.numbering import Printed

LEFT_OUT = {"guide", "parameters", "injected-parameters"}
"""Tags of the cells that stay in the notebook."""
_ALLOWED = "报告只收报告块（标题、段落、表、图、提示）和 Markdown 文字"
_SHOWN = (
    ("image/", "没有做成报告块的图", "图要以报告块 Figure 给出"),
    ("application/vnd.jupyter.widget-view+json", "交互控件", "控件之外要另给一个报告块，如表"),
    ("text/html", "没有做成报告块的表格或网页片段（如 DataFrame）", "表要以报告块 Table 给出"),
    ("text/", "普通文字结果", "单元格最后一行不要留下表达式，或以报告块 Prose 给出"),
)


@dataclass(frozen=True, slots=True)
class Collected:
    """What a notebook hands to the report; the stamps say which evaluation it saw."""

    blocks: tuple[Printed, ...]
    stamps: tuple[Stamp, ...]


class CollectError(NotebookError):
    """All that a notebook shows and a report cannot carry, in the order of its cells."""

    def __init__(self, name: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = [f"笔记本“{name}”有 {len(faults)} 处内容不能进入报告。{_ALLOWED}。"]
        lines += [f"  {number}. {fault}" for number, fault in enumerate(faults[:SHOWN_FAULTS], 1)]
        if len(faults) > SHOWN_FAULTS:
            lines.append(f"  ……另有 {len(faults) - SHOWN_FAULTS} 处，改正以上各处后再次运行。")
        cause = f"有 {len(faults)} 处内容不能进入报告，第一处：{faults[0]}".removesuffix("。")
        super().__init__("\n".join(lines), name, cause=cause)


def collect(notebook: Mapping[str, Any], name: str) -> Collected:
    """The blocks and stamps of an executed notebook; `CollectError` names all it cannot take."""
    blocks: list[Block] = []
    faults: list[Fault] = []
    for number, cell in enumerate(notebook["cells"], 1):
        for found in _cell(cell):
            if isinstance(found, tuple):
                faults.append(Fault(_place(cell, number, name), *found))
            else:
                blocks.append(found)
    if faults:
        raise CollectError(name, faults)
    return Collected(
        blocks=tuple(block for block in blocks if not isinstance(block, Stamp)),
        stamps=tuple(block for block in blocks if isinstance(block, Stamp)),
    )


def printed_blocks(cell: Mapping[str, Any]) -> list[Printed]:
    """What a cell of a notebook that was collected puts into the report."""
    return [one for one in _cell(cell) if not isinstance(one, tuple | Stamp)]


def _cell(cell: Mapping[str, Any]) -> Iterator[Block | tuple[str, str]]:
    """The blocks of a cell, and for what is none a pair: what it was, what to do."""
    if LEFT_OUT.intersection(cell["metadata"].get("tags", ())):
        return
    if cell["cell_type"] == "markdown":
        blocks, problems = parse(cell["source"])
        yield from blocks
        yield from problems
    elif cell["cell_type"] == "code":
        for output in cell["outputs"]:
            yield _output(output)
    elif cell["source"].strip():
        yield "原始（Raw）单元格", "请改为 Markdown 单元格，或给它加上 guide 标签"


def _output(output: Mapping[str, Any]) -> Block | tuple[str, str]:
    match output["output_type"]:
        case "stream":
            shown = _start(output["text"])
            return f"打印输出“{shown}”", "请删去 print，或改为报告块；警告信息请先消除它的原因"
        case "error":
            return f"出错“{output['ename']}”", "请先让这个单元格运行成功"
    data = output["data"]
    if MIME not in data:
        return _foreign(data)
    try:
        return from_json(data[MIME])
    except ValidationError as error:
        return f"格式不对的报告块（{_keys(error)}）", "请用 evalbook 给出的报告块，不要手写它的数据"


def _foreign(data: Iterable[str]) -> tuple[str, str]:
    for start, what, remedy in _SHOWN:
        if any(mime.startswith(start) for mime in data):
            return what, remedy
    return f"“{'、'.join(data)}”类型的结果", "请改为报告块"


def _keys(error: ValidationError) -> str:
    keys = [".".join(map(str, one["loc"])) for one in error.errors()[:3]]
    return "、".join(key for key in keys if key) or "整体"


def _place(cell: Mapping[str, Any], number: int, name: str) -> str:
    start = _start(cell["source"])
    return f"{name} 第 {number} 个单元格" + (f"（“{start}”）" if start else "")


def _start(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 24 else line[:24] + "…"
