"""outputs/batch.html: one file in the look of the report, no network, no script but ours.

Everything that comes from cases goes through an autoescaping template; what acts on a page or a
line (marks of direction, control characters) is taken out first.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evalbook.harmless import clean
from evalbook.report.offline import asset, environment, written

_TEMPLATES = Path(__file__).parent / "templates"
TITLE = "批量评价结果"
SECTIONS = (
    ("failed", "失败"),
    ("invalid", "输入有误"),
    ("never", "没有开始"),
    ("done", "完成"),
)


def page(data: Mapping[str, Any]) -> bytes:
    """The page of batch.json, as UTF-8."""
    by_status = {name: [c for c in data["cases"] if c["status"] == name] for name, _ in SECTIONS}
    templates = environment(_TEMPLATES)
    templates.filters["clean"] = _clean
    return written(
        templates.get_template("batch.html"),
        TITLE,
        asset("report.css") + asset("batch.css", _TEMPLATES),
        asset("shell.js") + asset("report.js"),
        counts=data["counts"],
        seconds=data["run"]["seconds"],
        sections=[(name, words, by_status[name]) for name, words in SECTIONS if by_status[name]],
    )


def _clean(text: str | None) -> str:
    return clean(text or "")
