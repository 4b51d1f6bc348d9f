"""`evalbook compare` on the command line: its arguments, and what it says in the terminal.

It is imported with every command, so what compares is imported when asked for.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evalbook.compare.comparison import Comparison

SHOWN, MOST_SAID = 10, 1_000


def add(commands: Any) -> None:
    """The command `compare`."""
    compare = commands.add_parser(
        "compare",
        help="把许多评价项目的结果放在一起对照",
        description="把已生成的结果按部门、地区、年度放在一起：compare.html、compare.xlsx。",
    )
    compare.add_argument(
        "case", nargs="*", metavar="CASE", help="评价项目，可用通配符，如 'qingdao-*'；不写则全部"
    )
    compare.add_argument("--all", action="store_true", help="全部评价项目，与不写 CASE 相同")
    compare.add_argument("--to", metavar="FOLDER", help="写到这个文件夹；默认 outputs/compare")
    compare.add_argument(
        "--across-rules", action="store_true", help="另排一个跨评分规则的合并名次，页上注明"
    )
    compare.set_defaults(command=_compare)


def _compare(chosen: argparse.Namespace) -> int:
    from evalbook.compare.command import compare
    from evalbook.harmless import said
    from evalbook.paths import workbook

    to = Path(chosen.to) if chosen.to else None
    folder, found = compare([] if chosen.all else chosen.case, workbook(), to, chosen.across_rules)
    for line in _lines(folder, found):
        print(said(line, MOST_SAID))
    return 0


def _lines(folder: Path, found: "Comparison") -> Iterator[str]:
    """The outcome, then a line for each reason a result is missing or in doubt, then what helps."""
    from evalbook.compare.collect import REASONS

    yield (
        f"对照已生成，在 {folder}：compare.html、compare.xlsx；"
        f"列入 {len(found.results)} 个评价项目，分 {len(found.leagues)} 个排名组。"
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
