"""`evalbook verify`: whether a report still follows from its inputs, and if not, what changed.

Nothing is executed and nothing laid out anew: hashes are compared, and the evaluation is made
again from the inputs as they are now. What a folder or a PDF says of itself is not trusted: no
path from it is opened, only the workbook's own files and those that the folder really holds.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from evalbook.attached import attached
from evalbook.errors import Fault, InputError, nearest
from evalbook.evaluation import evaluate
from evalbook.harmless import said
from evalbook.hashes import differences as differing
from evalbook.loading import load
from evalbook.manifest import (
    EVALUATION,
    INPUTS,
    MANIFEST,
    Inputs,
    Manifest,
    inputs_of,
    outputs_of,
)
from evalbook.paths import Workbook

MOST_BYTES = 20_000_000
SHOWN = 20
LONGEST_PLACE, LONGEST_VALUE = 160, 60
NOT_IN_FOLDER = "没有比较：笔记本没有重新执行，报告没有重新排版；它们按生成时的哈希核对。"
NOT_IN_PDF = (
    "没有比较：PDF 各页印出的文字和图、其他格式的报告和笔记本；"
    "只用了 PDF 附带的 evaluation.json 和 inputs.json。"
)
AGAIN = "请重新运行 evalbook run"
R = TypeVar("R", bound=Inputs)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was compared: what holds, or each difference."""

    name: str
    holds: str
    differences: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        if not self.differences:
            return [f"  {self.name}：{self.holds}。"]
        shown = [f"    {said(each)}" for each in self.differences[:SHOWN]]
        hidden = len(self.differences) - SHOWN
        more = [f"    ……另有 {hidden} 处。"] if hidden > 0 else []
        return [f"  {self.name}：有 {len(self.differences)} 处变动。", *shown, *more]


@dataclass(frozen=True, slots=True)
class Answer:
    """What was compared of a report, and what was not."""

    target: str
    case: str
    findings: tuple[Finding, ...]
    not_compared: str

    @property
    def follows(self) -> bool:
        """Whether nothing differs."""
        return not any(finding.differences for finding in self.findings)

    def __str__(self) -> str:
        lines = [line for finding in self.findings for line in finding.lines()]
        head = said(f"{self.target}（{self.case}）")
        return "\n".join([head, *lines, self._conclusion(), self.not_compared])

    def _conclusion(self) -> str:
        if self.follows:
            return "结论：报告仍然由它的输入得出。"
        changed = "、".join(each.name for each in self.findings if each.differences)
        again = f"要按现在的输入重做报告，请运行 evalbook run {self.case}。"
        return f"结论：与生成时不同的有：{changed}。{again}"


def verify(target: Path, book: Workbook) -> Answer:
    """Compare a folder of outputs, or the PDF of a report, with the workbook.

    Raises InputError when the target is neither, or holds nothing to compare.
    """
    if target.is_dir():
        return _folder(target.resolve(), str(target), book)
    if not target.is_file():
        made = [book.name(path.parent) for path in sorted(book.outputs.glob(f"*/{MANIFEST}"))]
        raise _fault(str(target), "没有这个文件夹或文件", nearest(str(target), made))
    if target.suffix.lower() != ".pdf":
        remedy = "请写 outputs 下的文件夹，如 outputs/qingdao-2019，或 report.pdf"
        raise _fault(str(target), "既不是文件夹，也不是 PDF", remedy)
    return _pdf(target, book)


def _folder(folder: Path, shown: str, book: Workbook) -> Answer:
    manifest = _read(Manifest, _bytes(folder / MANIFEST), f"{shown} 的 {MANIFEST}")
    stored = folder / EVALUATION
    recorded = _bytes(stored) if stored.is_file() and not stored.is_symlink() else b""
    findings = (
        *_made_from(manifest, book),
        Finding(
            "输出", f"{len(manifest.outputs)} 个文件都与清单相符",
            tuple(differing(manifest.outputs, outputs_of(folder))),
        ),
        _again(manifest.case, recorded, book),
    )  # fmt: skip
    return Answer(shown, manifest.case, findings, NOT_IN_FOLDER)


def _pdf(path: Path, book: Workbook) -> Answer:
    found = attached(path, (EVALUATION, INPUTS))
    inputs = _read(Inputs, found[INPUTS], f"{path.name} 附带的 {INPUTS}")
    findings = (*_made_from(inputs, book), _again(inputs.case, found[EVALUATION], book))
    return Answer(path.name, inputs.case, findings, NOT_IN_PDF)


def _made_from(recorded: Inputs, book: Workbook) -> Iterator[Finding]:
    """Inputs, library, lock and fonts, as recorded and as they are."""
    now = inputs_of(book, recorded.case)
    count = len(recorded.inputs)
    yield Finding("输入", f"{count} 个文件都没有变", tuple(differing(recorded.inputs, now.inputs)))
    same = recorded.library == now.library
    yield Finding("程序", "没有变", () if same else ("lib/evalbook 有改动",))
    same = recorded.lock == now.lock
    yield Finding("依赖清单 requirements.txt", "没有变", () if same else ("内容有改动",))
    yield Finding("字体", "没有变", tuple(differing(recorded.fonts, now.fonts)))


def _again(case: str, recorded: bytes, book: Workbook) -> Finding:
    """The evaluation made again, against the one that was recorded."""
    what = "重算结果"
    try:
        fresh = evaluate(load(case, book))
    except InputError as error:
        first = error.faults[0]
        more = f"（共 {len(error.faults)} 处，运行 evalbook check {case} 可看全部）"
        return Finding(what, "", (f"现在的输入有误，不能重算：{first}{more}",))
    if fresh.text.encode() == recorded:
        return Finding(what, f"按现在的输入重算，与 {EVALUATION} 相同")
    try:
        stored = json.loads(recorded)
    except (ValueError, RecursionError):
        return Finding(what, "", (f"{EVALUATION} 缺失或已损坏，不能与重算的结果比较",))
    found = tuple(differences(stored, fresh.data))
    return Finding(what, "", found or (f"{EVALUATION} 的写法有改动，数值相同",))


def differences(recorded: Any, now: Any, at: str = "") -> Iterator[str]:
    """Where two evaluations differ, by address: rows are paired by their ids."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        for key in (*now, *(key for key in recorded if key not in now)):
            place = f"{at}.{key}" if at else key
            if key not in recorded or key not in now:
                yield f"{_short(place)} {'没有了' if key in recorded else '是新增的'}"
            else:
                yield from differences(recorded[key], now[key], place)
    elif isinstance(recorded, list) and isinstance(now, list) and (recorded or now):
        yield from differences(_by_id(recorded), _by_id(now), at)
    elif recorded != now:
        yield f"{_short(at)} 原为 {_shown(recorded)}，重算为 {_shown(now)}"


def _by_id(items: Iterable[Any]) -> dict[str, Any]:
    """A list as a mapping: by id, by the name of a part, else by position."""
    found: dict[str, Any] = {}
    for number, item in enumerate(items, 1):
        named = item.get("id", item.get("case")) if isinstance(item, dict) else None
        key = named if isinstance(named, str) and named not in found else f"第{number}项"
        found[key] = item
    return found


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return f"{len(value)} 项内容"
    return "空" if value is None else _short(str(value), LONGEST_VALUE)


def _short(text: str, longest: int = LONGEST_PLACE) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        remedy = "请写 evalbook run 生成的文件夹，如 outputs/qingdao-2019"
        raise _fault(path.parent.name, f"没有 {path.name}", remedy)
    if path.stat().st_size > MOST_BYTES:
        raise _fault(path.name, f"文件大于 {MOST_BYTES // 1_000_000} MB", AGAIN)
    return path.read_bytes()


def _read(model: type[R], data: bytes, shown: str) -> R:
    try:
        return model.model_validate_json(data)
    except (ValidationError, RecursionError):
        raise _fault(shown, "内容不是 evalbook run 写出的样子", AGAIN) from None


def _fault(where: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(where, problem, remedy)])
