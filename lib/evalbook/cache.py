"""What a run may leave out, and why: nothing at all, the notebooks, or neither.

unchanged  inputs, library, packages, options and outputs are as the last run left them
rendered   what the notebooks see is as it was: they are taken over, the report is made anew
executed   anything else

manifest.json says what the last run was made from. What it does not say, because it differs from
one machine to the next, stands in outputs/.cache/<case>.json and counts only together with that
manifest. Nothing heavy is imported here.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from evalbook.hashes import MANIFEST, differences, hash_of, hash_of_file, outputs_of
from evalbook.paths import Workbook

Level = Literal["unchanged", "rendered", "executed"]
HEADS: Mapping[Level, str] = {
    "unchanged": "没有运行，输出与上一次相同",
    "rendered": "笔记本没有重新执行，只重新排版",
    "executed": "执行全部笔记本，重新排版",
}
CASE_FILES = {
    *("source.yaml", "text.yaml", "findings.yaml", "checks.yaml", "accepted.yaml", "case.xlsx"),
    "case.yaml",
}
"""The files of a case's folder that loading reads, besides its *.csv; they reach the Case."""
SUMMARY = {"title", "score", "errors"}
"""What is kept of an evaluation, for the table of a batch and for `--strict`."""
NO_RECORD = "本机没有上一次运行的记录"
ENVIRONMENT = "安装的软件包或 Python"
_READS_FILES = re.compile(
    r"\b(open|exec|eval|read_\w+|load\w*|genfromtxt|memmap|imread|fromfile|connect|urlopen)\s*\("
    r"|\b(import|from)\s+(os|io|sys|pathlib|glob|csv|json|sqlite3|subprocess|shutil|yaml|openpyxl"
    r"|importlib|pickle|zipfile|requests|urllib)\b|__import__|get_ipython|\.where\b|^\s*[%!]",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a run does, and the Chinese clauses that say why."""

    level: Level
    reasons: tuple[str, ...] = ()

    def lines(self, case: str) -> list[str]:
        """What `--explain` prints."""
        return [f"{case}：{HEADS[self.level]}。", *(f"  {reason}。" for reason in self.reasons)]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the last run of a case left: its manifest as data, and what this machine remembers."""

    manifest: Mapping[str, Any] = field(default_factory=dict)
    environment: str = ""
    seen: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> Mapping[str, Any]:
        found = self.manifest.get("options")
        return found if isinstance(found, dict) else {}

    @property
    def outputs(self) -> Mapping[str, str]:
        found = self.manifest.get("outputs")
        return found if isinstance(found, dict) else {}


def kept(book: Workbook, case: str) -> Kept:
    """What is left of the last run; nothing where the two files do not belong together."""
    manifest = _bytes(book.outputs / case / MANIFEST)
    record = _data(_bytes(book.cache_file(case)))
    found = _data(manifest)
    if not found or record.get("manifest") != hash_of(manifest):
        return Kept(found)
    environment, parts = record.get("environment"), [record.get("seen"), record.get("summary")]
    if not isinstance(environment, str) or not all(isinstance(part, dict) for part in parts):
        return Kept(found)
    if record["summary"].keys() != SUMMARY:
        return Kept(found)
    return Kept(found, environment, record["seen"], record["summary"])


def remember(
    book: Workbook,
    case: str,
    environment: str,
    seen: Mapping[str, str],
    summary: Mapping[str, Any],
) -> None:
    """Note what the run whose manifest now lies in the folder has seen."""
    path = book.cache_file(case)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "manifest": hash_of_file(book.outputs / case / MANIFEST),
        "environment": environment,
        "seen": dict(seen),
        "summary": dict(summary),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    written = path.with_name(f"{path.name}.{os.getpid()}")
    written.write_text(text, encoding="utf-8", newline="\n")
    written.replace(path)


def changes(
    book: Workbook,
    last: Kept,
    now: Mapping[str, Any],
    environment: str,
    formats: Sequence[str],
    renderer: str,
) -> list[str]:
    """Why the last outputs will not do, as Chinese clauses; none when nothing need be done.

    `now` is inputs.json as it would be written now. `profile` and `fonts` of the options follow
    from params/house.yaml, which is an input.
    """
    if not last.manifest:
        return ["没有上一次的输出"]
    if not last.environment:
        return [NO_RECORD]
    found = list(_inputs(last.manifest, now))
    if last.environment != environment:
        found.append(f"{ENVIRONMENT}有变动")
    found += _options(last.options, formats, renderer)
    folder = book.outputs / str(now["case"])
    found += [f"输出 {each}" for each in differences(last.outputs, outputs_of(folder))]
    return found


def may_execute(book: Workbook, last: Kept, now: Mapping[str, Any], environment: str) -> bool:
    """Whether notebooks will perhaps be executed; what they see is known after loading.

    Not when at most the house style, the formats or the outputs are other than they were.
    """
    if not last.seen or last.environment != environment:
        return True
    manifest = last.manifest
    before, files = _mapping(manifest, "inputs"), now["inputs"]
    changed = {name for name in {*before, *files} if before.get(name) != files.get(name)}
    shared = ("library", "lock", "fonts")
    return bool(changed - {book.name(book.house_file)}) or any(
        manifest.get(key) != now[key] for key in shared
    )


def seen(
    case: str,
    now: Mapping[str, Any],
    environment: str,
    evaluation: str,
    codes: Iterable[str],
) -> dict[str, str]:
    """What the notebooks of a run see, by name: if all of it is as it was, so are they.

    `evaluation` is the digest of the whole case, `codes` the code of the notebooks. A file that
    loading does not read counts, for a chapter may; and where a notebook reads files itself, all of
    them count as they are.
    """
    files: Mapping[str, str] = now["inputs"]
    free = any(_READS_FILES.search(code) for code in codes)
    read = {name: digest for name, digest in files.items() if free or _is_of_notebooks(name, case)}
    return {
        "评价数据": evaluation,
        "程序 lib/evalbook": now["library"],
        "依赖清单 requirements.txt": now["lock"] or "",
        "字体": hash_of(json.dumps(now["fonts"], sort_keys=True).encode()),
        ENVIRONMENT: environment,
        **read,
    }


def reusable(folder: Path, last: Kept, now: Mapping[str, str], names: Sequence[str]) -> list[str]:
    """Why the notebooks of the last run cannot be taken over; none when they can."""
    if not last.seen:
        return [NO_RECORD]
    found = list(differences(last.seen, now))
    for name in names:
        path = folder / name
        whole = path.is_file() and hash_of_file(path) == last.outputs.get(name)
        found += [] if whole else [f"上一次执行的 {name} 不在或有改动"]
    return found


def _is_of_notebooks(name: str, case: str) -> bool:
    """Whether only a notebook can read the file: it is one, or loading leaves it alone."""
    if name.startswith("params/"):
        return False
    within = name.removeprefix(f"data/{case}/")
    if within == name:
        return True
    *folders, file = within.split("/")
    of_a_case = not folders or (folders[0] == "parts" and len(folders) == 2)
    return not (of_a_case and (file in CASE_FILES or file.endswith(".csv")))


def _inputs(last: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    yield from differences(_mapping(last, "inputs"), now["inputs"])
    if last.get("library") != now["library"]:
        yield "程序 lib/evalbook 有改动"
    if last.get("lock") != now["lock"]:
        yield "依赖清单 requirements.txt 有改动"
    yield from (f"字体 {each}" for each in differences(_mapping(last, "fonts"), now["fonts"]))


def _options(last: Mapping[str, Any], formats: Sequence[str], renderer: str) -> Iterator[str]:
    before = last.get("formats")
    if before != list(formats):
        said = "、".join(map(str, before)) if isinstance(before, list) else "不明"
        yield f"上一次的格式是 {said}，这一次是 {'、'.join(formats)}"
    if last.get("renderer") != renderer:
        yield f"上一次由 {last.get('renderer')} 排版，这一次由 {renderer}"


def _mapping(data: Mapping[str, Any], key: str) -> dict[str, str]:
    found = data.get(key)
    return found if isinstance(found, dict) else {}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _data(text: bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
