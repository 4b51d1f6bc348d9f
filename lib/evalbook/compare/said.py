"""What `evalbook compare` says in the terminal: where the page is, whose results are missing."""

from collections.abc import Iterator
from pathlib import Path

from evalbook.compare.collect import REASONS
from evalbook.compare.command import PAGE, SHEET
from evalbook.compare.comparison import Comparison

SHOWN = 10


def lines(folder: Path, found: Comparison) -> Iterator[str]:
    """The outcome, then a line for each reason a result is missing or in doubt, then what helps."""
    yield (
        f"对照已生成，在 {folder}：{PAGE}、{SHEET}；列入 {len(found.results)} 个评价项目，"
        f"分 {len(found.leagues)} 个排名组。"
    )
    reasons: dict[str, list[str]] = {}
    for remark in found.remarks:
        reasons.setdefault(remark.reason, []).append(remark.case)
    for reason, cases in reasons.items():
        named = "、".join(cases[:SHOWN]) + f" 等 {len(cases)} 个" * (len(cases) > SHOWN)
        yield f"  {named}：{REASONS[reason]}；要更新请运行 evalbook batch {_again(cases)}。"
    yield from (f"  {each}" for each in found.advice)


def _again(cases: list[str]) -> str:
    """The cases as `evalbook batch` takes them; too many to list are all."""
    return " ".join(cases) if len(cases) <= SHOWN else "--all"
