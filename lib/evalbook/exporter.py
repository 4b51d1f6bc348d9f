"""The nbconvert exporter: `jupyter nbconvert --to evalbook 10_budget.ipynb` gives one HTML page.

The notebook's stamp says which case it shows and which evaluation it saw. The page has the title,
the house style and the proofs of that case; what the notebook shows of other data than today's is
refused.
"""

import sys
from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Application

from evalbook.compose import compose
from evalbook.errors import EvalbookError, NotebookError
from evalbook.evaluation import evaluate
from evalbook.house import load_house
from evalbook.loading import load
from evalbook.paths import workbook
from evalbook.report.collect import Collected, collect
from evalbook.report.document import Document, assemble
from evalbook.report.excerpt import titled
from evalbook.report.html import write


class EvalbookExporter(Exporter):
    """One executed notebook as a page of the report's look.

    Raises EvalbookError. In the nbconvert command that is its Chinese sentence and its exit code,
    without a traceback.
    """

    export_from_notebook = "evalbook 报告（HTML）"
    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> Any:
        """The page as text, and the resources that nbconvert hands on."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        name = resources["metadata"]["name"] or "notebook"
        try:
            return write(document_of(notebook, name)).decode("utf-8"), resources
        except EvalbookError as error:
            if not _in_command():
                raise
            sys.stderr.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
            print(error, file=sys.stderr)
            raise SystemExit(error.exit_code) from None


def document_of(notebook: NotebookNode, name: str) -> Document:
    """The notebook as a document of its own; headings and captions are numbered from its first."""
    collected = collect(notebook, name)
    book = workbook()
    case = _case(collected, name)
    house = load_house(book)
    if not case:
        title, blocks = titled(collected.blocks, name)
        return assemble(blocks, title=title, house=house)
    ev = evaluate(load(case, book))
    if any(stamp.evaluation != ev.fingerprint for stamp in collected.stamps):
        raise NotebookError(
            f"笔记本 {name} 里保存的是按以前的数据或规则得出的结果，"
            f"与 {case} 现在的评价数据不一致，不能导出。请重新运行这个笔记本并保存，再导出一次。"
        )
    return compose(ev, [(name, notebook)], house, excerpt=name)


def _case(collected: Collected, name: str) -> str:
    """The case that the notebook opened; empty when it opened none."""
    cases = sorted({stamp.case for stamp in collected.stamps})
    if len(cases) > 1:
        raise NotebookError(
            f"笔记本 {name} 打开了 {len(cases)} 个评价项目（{'、'.join(cases)}），"
            "一页只能讲一个。请分成几个笔记本，再导出一次。"
        )
    return cases[0] if cases else ""


def _in_command() -> bool:
    return Application.initialized() and Application.instance().name == "jupyter-nbconvert"
