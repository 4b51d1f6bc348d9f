"""`evalbook run`: a case through its notebooks into outputs/<case>/, whole or not at all."""

import json
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Never

from tqdm import tqdm

from evalbook.audit_xlsx import audit_xlsx
from evalbook.compose import Executed, compose
from evalbook.engine import Executor, opened
from evalbook.errors import Fault, InputError, ReportError
from evalbook.evaluation import Evaluation, evaluate
from evalbook.execute import execute
from evalbook.folders import replacing
from evalbook.house import House, load_house
from evalbook.loading import load
from evalbook.manifest import (
    EVALUATION,
    INPUTS,
    MANIFEST,
    Inputs,
    Options,
    as_text,
    inputs_of,
    manifest_of,
)
from evalbook.notebookfile import Notebook, write
from evalbook.paths import Workbook, workbook
from evalbook.report import FORMATS, quarto, quarto_notebook, render
from evalbook.report.document import Document

AT_A_TIME = 2
BAR = "{desc:<28} |{bar:24}| {n_fmt}/{total_fmt} 已用 {elapsed}"


def run(
    case: str,
    formats: Sequence[str] = FORMATS,
    book: Workbook | None = None,
    renderer: str = "embedded",
    engine: Executor | None = None,
) -> Path:
    """Evaluate, execute every notebook, write the report; the folder it is in.

    `renderer` is `embedded`, or `quarto` for a Quarto that the machine has. `engine` executes the
    notebooks and stays open; without one the usual is opened for this run.

    Raises InputError before anything is touched, NotebookError and ReportError with the last
    output as it was.
    """
    book = book or workbook()
    started = time.monotonic()
    ev = evaluate(load(case, book))
    house = load_house(book)
    installed = quarto.find() if renderer == "quarto" else None
    inputs = inputs_of(book, case)
    records = {EVALUATION: ev.text.encode(), INPUTS: as_text(inputs).encode()}
    sources = notebooks(book, case)
    folder = book.outputs / case
    with replacing(folder) as new:
        steps = len(sources) + len(formats)
        with tqdm(total=steps, bar_format=BAR, leave=True, ascii=" █") as bar:
            with nullcontext(engine) if engine else opened() as executor:
                executed = _execute_all(executor, book, ev, sources, new, bar)
            document = compose(ev, executed, house, records)
            write = _writer(document, executed, installed, new)
            for fmt in formats:
                bar.set_description_str(f"生成 report.{fmt}")
                (new / f"report.{fmt}").write_bytes(write(fmt))
                bar.update()
            bar.set_description_str("完成")
        for name, content in records.items():
            (new / name).write_bytes(content)
        (new / "audit.xlsx").write_bytes(audit_xlsx(ev.audit, ev.case.params.title))
        _check(new, formats)
        ordered = tuple(fmt for fmt in FORMATS if fmt in formats)
        _seal(book, inputs, new, _options(ordered, house, installed))
    _log(book, case, time.monotonic() - started)
    return folder


def notebooks(book: Workbook, case: str) -> list[Path]:
    """The shared notebooks and the case's own chapters, in the order of their numbers."""
    found = [*book.notebooks.glob("*.ipynb"), *book.chapters(case).glob("*.ipynb")]
    found.sort(key=lambda path: path.name)
    names = [path.name for path in found]
    faults = [
        Fault(
            book.name(path), "文件名没有以两位数字开头", "请改名，如 15_district.ipynb，数字定先后"
        )
        for path in found
        if not re.match(r"\d\d_", path.name)
    ]
    faults += [
        Fault(book.name(path), "与另一个笔记本重名", "请给这一章改名")
        for path in found
        if names.count(path.name) > 1 and path.parent != book.notebooks
    ]
    if faults:
        raise InputError(faults)
    return found


def _execute_all(
    engine: Executor,
    book: Workbook,
    ev: Evaluation,
    sources: Sequence[Path],
    new: Path,
    bar: "tqdm[Never]",
) -> list[Executed]:
    """Every notebook executed, two at a time, in the order of `sources`."""
    env = os.environ | {"EVALBOOK_ROOT": str(book.root)}

    def one(source: Path) -> Notebook:
        return execute(source, ev.case.id, book.logs / ev.case.id / source.name, engine, env)

    bar.set_description_str("执行笔记本")
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        pending = {pool.submit(one, source): source for source in sources}
        try:
            for done in as_completed(pending):
                done.result()
                bar.set_description_str(f"已执行 {pending[done].stem}")
                bar.update()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    executed: list[Executed] = []
    for future, source in pending.items():
        notebook = future.result()
        notebook["metadata"]["evalbook"] = {"case": ev.case.id, "evaluation": ev.fingerprint}
        write(notebook, new / source.name)
        executed.append((source.name, notebook))
    return executed


def _writer(
    document: Document, executed: Sequence[Executed], installed: quarto.Quarto | None, new: Path
) -> Callable[[str], bytes]:
    """What makes a file of a format: our own writers, or Quarto out of new/quarto/."""
    if installed is None:
        return partial(render, document)
    files = quarto_notebook.folder(document, executed)
    quarto.write(files, new / "quarto")
    return partial(quarto.render, installed, files)


def _options(formats: tuple[str, ...], house: House, installed: quarto.Quarto | None) -> Options:
    """What shaped the outputs: Quarto has neither the profiles nor the choice of fonts."""
    if installed:
        used = f"quarto {installed.version}"
        return Options(formats=formats, renderer=used, profile=None, fonts=None)
    return Options(formats=formats, renderer="embedded", profile=house.profile, fonts=house.fonts)


def _check(new: Path, formats: Sequence[str]) -> None:
    expected = [*(f"report.{fmt}" for fmt in formats), EVALUATION, INPUTS, "audit.xlsx"]
    missing = [name for name in expected if not (new / name).stat().st_size]
    if missing:
        raise ReportError(f"没有写成 {'、'.join(missing)}。上一次的报告没有改动。")


def _seal(book: Workbook, inputs: Inputs, new: Path, options: Options) -> None:
    """Write the manifest, provided that what it names is what the run has read."""
    if inputs_of(book, inputs.case) != inputs:
        raise ReportError(
            "运行期间，这个评价项目的输入或程序有改动，报告与它们对不上。"
            "上一次的报告没有改动；请再运行一次。"
        )
    manifest = as_text(manifest_of(inputs, new, options))
    (new / MANIFEST).write_text(manifest, encoding="utf-8", newline="\n")


def _log(book: Workbook, case: str, seconds: float) -> None:
    """How long the run took; results themselves hold no time of running."""
    book.logs.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"case": case, "seconds": round(seconds, 2)}, ensure_ascii=False)
    with (book.logs / "runs.jsonl").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
