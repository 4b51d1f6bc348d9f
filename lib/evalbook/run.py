"""`evalbook run`: a case through its notebooks into outputs/<case>/, whole or not at all."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any, Never

from tqdm import tqdm

from evalbook import hashes
from evalbook.audit_xlsx import audit_xlsx
from evalbook.cache import NO_RECORD, Decision, Kept, reusable, seen
from evalbook.compose import Executed, compose
from evalbook.digest import digest
from evalbook.engine import Executor
from evalbook.errors import Fault, InputError, ReportError
from evalbook.evaluation import Evaluation, evaluate
from evalbook.execute import execute
from evalbook.folders import replacing
from evalbook.hashes import EVALUATION, INPUTS, MANIFEST, Shared
from evalbook.house import House, load_house
from evalbook.loading import load
from evalbook.manifest import Inputs, Options, as_text, inputs_of, manifest_of
from evalbook.notebookfile import Notebook, read, write
from evalbook.paths import Workbook, workbook
from evalbook.produce import Making, Order, Told, produce
from evalbook.report import FORMATS, quarto, quarto_notebook, ready, render
from evalbook.report.document import Document

BAR = "{desc:<28} |{bar:24}| {n_fmt}/{total_fmt} 已用 {elapsed}"


def run(
    case: str,
    formats: Sequence[str] = FORMATS,
    book: Workbook | None = None,
    renderer: str = "embedded",
    engine: Executor | None = None,
    *,
    fresh: bool = False,
    told: Told | None = None,
) -> Path:
    """Evaluate, execute every notebook, write the report; the folder it is in.

    What has been done already is not done again, but with `fresh`. `renderer` is `embedded`, or
    `quarto` for a Quarto that the machine has. `engine` executes the notebooks and stays open;
    without one the usual is opened for this run. `told` is called with what is done, and why.

    Raises InputError before anything is touched, NotebookError and ReportError with the last
    output as it was.
    """
    ordered = tuple(fmt for fmt in FORMATS if fmt in formats)
    order = Order(case, ordered, renderer, fresh=fresh)
    return produce(book or workbook(), order, engine, told=told, waiting=lambda: None).folder


def make(
    book: Workbook,
    order: Order,
    engine: Executor,
    taken: Shared,
    last: Kept,
    reasons: Sequence[str],
    told: Told | None,
) -> Making:
    """Make the outputs of a case, with the notebooks of the last run where they will do.

    `reasons` are why they are made. The caller holds the lock of the case.
    """
    case, folder = order.case, book.outputs / order.case
    now = hashes.inputs(book, case, taken)
    ev = evaluate(load(case, book))
    house = load_house(book)
    installed = quarto.find() if order.renderer == "quarto" else None
    records = {EVALUATION: ev.text.encode(), INPUTS: hashes.as_text(now).encode()}
    sources = notebooks(book, case)
    parts = _seen(ev, now, taken, sources)
    differ = ["--fresh"] if order.fresh else reusable(folder, last, parts, _names(sources))
    decision = _decision(reasons, differ)
    if told:
        told(decision)
    with replacing(folder, alone=True) as new, ThreadPoolExecutor(1) as beside:
        sheet = beside.submit(_without_notebooks, ev, () if installed else order.formats)
        steps = len(sources) * bool(differ) + len(order.formats)
        with tqdm(total=steps, bar_format=BAR, leave=True, ascii=" █", disable=order.quiet) as bar:
            if differ:
                executed = _execute_all(engine, book, ev, sources, new, bar, order.at_a_time)
            else:
                executed = _taken_over(folder, last, _names(sources), new)
            document = compose(ev, executed, house, records)
            write = _writer(document, executed, installed, new)
            for fmt in order.formats:
                bar.set_description_str(f"生成 report.{fmt}")
                (new / f"report.{fmt}").write_bytes(write(fmt))
                bar.update()
            bar.set_description_str("完成")
        for name, content in records.items():
            (new / name).write_bytes(content)
        (new / "audit.xlsx").write_bytes(sheet.result())
        _check(new, order.formats)
        _seal(book, Inputs.model_validate(now), new, _options(order.formats, house, installed))
    return Making(decision, parts, _summary(ev))


def _without_notebooks(ev: Evaluation, formats: Sequence[str]) -> bytes:
    """The audit's workbook, and the writers of the report imported, while notebooks run."""
    ready(formats)
    return audit_xlsx(ev.audit, ev.case.params.title)


def _seen(
    ev: Evaluation, now: Mapping[str, Any], taken: Shared, sources: Sequence[Path]
) -> dict[str, str]:
    """What the notebooks of this run see, by name."""
    codes = map(hashes.code_of, sources)
    return seen(ev.case.id, now, taken.environment, digest(ev.case), codes)


def _decision(reasons: Sequence[str], differ: Sequence[str]) -> Decision:
    told = {*reasons, "--fresh", NO_RECORD}
    more = [f"笔记本所见有变：{each}" for each in differ if each not in told]
    return Decision("executed" if differ else "rendered", (*reasons, *more))


def _names(sources: Sequence[Path]) -> list[str]:
    return [source.name for source in sources]


def _summary(ev: Evaluation) -> dict[str, Any]:
    errors = [entry for entry in ev.audit.problems if entry.severity == "error"]
    return {"title": ev.data["title"], "score": ev.data["score"], "errors": len(errors)}


def _taken_over(folder: Path, last: Kept, names: Sequence[str], new: Path) -> list[Executed]:
    """The notebooks of the last run, copied: what they are is what its manifest says."""
    executed: list[Executed] = []
    for name in names:
        data = (folder / name).read_bytes()
        if hashes.hash_of(data) != last.outputs[name]:
            raise ReportError(f"{name} 在运行期间有改动。上一次的报告没有改动；请再运行一次。")
        (new / name).write_bytes(data)
        executed.append((name, read(new / name)))
    return executed


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
    at_a_time: int,
) -> list[Executed]:
    """Every notebook executed, so many at a time, in the order of `sources`."""
    env = os.environ | {"EVALBOOK_ROOT": str(book.root)}

    def one(source: Path) -> Notebook:
        return execute(source, ev.case.id, book.logs / ev.case.id / source.name, engine, env)

    bar.set_description_str("执行笔记本")
    with ThreadPoolExecutor(at_a_time) as pool:
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
