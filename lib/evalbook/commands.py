"""The command line: `evalbook check | audit | run | verify | lab` and more, in Chinese.

Only what a command needs is imported: `--help` costs little more than the interpreter.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evalbook.arguments import FORMATS, RENDERERS, Parser, add_batch, add_engine, add_exchange
from evalbook.compare import cli

EPILOG = (
    "返回值：0 正常；1 结论为否（--strict 时有错误，verify 有变动）；2 输入有误；"
    "3 笔记本或排版失败；4 本程序的故障。"
)
LAB_SETTINGS = Path(__file__).parent / "lab"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if not hasattr(chosen, "command"):
        parser.print_help()
        return 0
    try:
        code: int = chosen.command(chosen)
        return code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\n已中断，上一次的输出没有改动。", file=sys.stderr)
        return 130
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    from evalbook.errors import EvalbookError
    from evalbook.harmless import said

    if isinstance(error, EvalbookError):
        print(error, file=sys.stderr)
        return error.exit_code
    if isinstance(error, OSError) and error.filename:
        print(said(f"无法读写 {error.filename}：{error.strerror}。"), file=sys.stderr)
        return 3
    if os.environ.get("EVALBOOK_DEBUG"):
        raise error
    print(
        f"程序故障：{type(error).__name__}：{said(str(error))}。这不是您的输入造成的；"
        "请把这一行连同命令发给维护者（设 EVALBOOK_DEBUG=1 可看详情）。",
        file=sys.stderr,
    )
    return 4


def _parser() -> argparse.ArgumentParser:
    parser = Parser(
        prog="evalbook", description="预算绩效评价工作簿：核对、复核、成文。", epilog=EPILOG
    )
    commands = parser.add_subparsers(title="命令", metavar="命令", parser_class=Parser)
    check = commands.add_parser(
        "check", help="检查输入：一次列出全部问题", description="检查输入。"
    )
    check.add_argument("case", nargs="*", metavar="CASE", help="评价项目；不写则检查全部")
    check.set_defaults(command=_check)
    audit = commands.add_parser("audit", help="勾稽核查", description="核查公布的数据是否相符。")
    audit.add_argument("case", nargs="*", metavar="CASE", help="评价项目；不写则核查全部")
    audit.add_argument("--json", action="store_true", help="输出核查结果的 JSON")
    audit.add_argument("--strict", action="store_true", help="有未接受的错误时返回 1")
    audit.set_defaults(command=_audit)
    _add_run(commands)
    add_exchange(commands, _import, _export)
    add_batch(commands, _batch)
    cli.add(commands)
    verify = commands.add_parser(
        "verify",
        help="核对报告是否仍由它的输入得出",
        description="按现在的输入重算并核对：输入、程序、输出有没有变动，变动在哪里。"
        "全部相符返回 0，有变动返回 1。",
    )
    verify.add_argument(
        "target", metavar="outputs/CASE|report.pdf", help="生成的文件夹，或其中的 report.pdf"
    )
    verify.set_defaults(command=_verify)
    lab = commands.add_parser("lab", help="打开 JupyterLab", description="打开 JupyterLab。")
    lab.add_argument("case", nargs="?", metavar="CASE", help="评价项目：打开它自己的章节")
    lab.set_defaults(command=_lab)
    return parser


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="运行笔记本并生成报告", description="运行并生成报告。")
    run.add_argument("case", metavar="CASE", help="评价项目")
    run.add_argument(
        "--format", default=",".join(FORMATS), metavar="html,pdf,docx", help="报告的格式，逗号隔开"
    )
    run.add_argument(
        "--renderer",
        choices=RENDERERS,
        metavar="embedded|quarto",
        default=RENDERERS[0],
        help="由什么排版：embedded 本程序（默认），quarto 本机装的 Quarto",
    )
    run.add_argument("--explain", action="store_true", help="说明为什么运行，或为什么不必运行")
    run.add_argument("--fresh", action="store_true", help="不管有没有变动，全部重新运行")
    add_engine(run)
    run.add_argument("--strict", action="store_true", help="核查有未接受的错误时返回 1")
    run.add_argument("--open", action="store_true", help="完成后打开报告")
    run.set_defaults(command=_run)


def _check(chosen: argparse.Namespace) -> int:
    from evalbook.errors import Fault, InputError
    from evalbook.evaluation import evaluate
    from evalbook.loading import load

    faults: list[Fault] = []
    for case in _cases(chosen.case):
        try:
            evaluate(load(case))
            print(f"{case}：输入没有问题。")
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return 0


def _audit(chosen: argparse.Namespace) -> int:
    from evalbook.evaluation import evaluate
    from evalbook.harmless import escaped
    from evalbook.loading import load

    evaluations = [evaluate(load(case)) for case in _cases(chosen.case)]
    if chosen.json:
        found = [{"case": ev.case.id, **ev.data["audit"]} for ev in evaluations]
        print(escaped(json.dumps(found, ensure_ascii=False, indent=1)))
    else:
        for ev in evaluations:
            _print_audit(ev)
    return _strict(chosen, evaluations)


def _print_audit(ev: Any) -> None:
    _say(f"{ev.case.id} {ev.case.params.title}")
    _print_entries(ev.audit)


def _print_entries(found: Any) -> None:
    """Counts, then a line for each entry that does not simply hold."""
    from evalbook.kinds import SEVERITIES, VERDICTS

    print(
        f"  共核查 {len(found.entries)} 项：相符 {found.count('consistent')}，"
        f"取整 {found.count('rounding')}，无法复核 {found.count('unverifiable')}，"
        f"不一致 {found.count('inconsistent')}。"
    )
    for entry in found.worst_first:
        if entry.verdict != "consistent":
            label = "已接受" if entry.accepted else SEVERITIES[entry.severity]
            _say(f"  [{VERDICTS[entry.verdict]}·{label}] {entry.message}")


def _say(*lines: str) -> None:
    """Lines for the terminal, of files as well: text that cannot drive it."""
    from evalbook.harmless import said

    for line in lines:
        print(said(line, 1_000))


def _strict(chosen: argparse.Namespace, evaluations: Sequence[Any]) -> int:
    errors = [e for ev in evaluations for e in ev.audit.problems if e.severity == "error"]
    return 1 if chosen.strict and errors else 0


def _run(chosen: argparse.Namespace) -> int:
    from evalbook.arguments import formats_of
    from evalbook.paths import workbook
    from evalbook.produce import Order, produce

    formats = formats_of(chosen.format)
    order = Order(chosen.case, formats, chosen.renderer, chosen.engine, fresh=chosen.fresh)
    told = (lambda decision: _say(*decision.lines(chosen.case))) if chosen.explain else None
    made = produce(workbook(), order, told=told, waiting=_say_waiting)
    files = "、".join(f"report.{each}" for each in formats)
    if made.decision.level == "unchanged":
        print(f"没有变动，报告仍是上一次的，在 {made.folder}：{files}")
    else:
        print(f"报告已生成，在 {made.folder}：{files}")
    if chosen.open:
        import webbrowser

        webbrowser.open((made.folder / f"report.{formats[0]}").as_uri())
    return 1 if chosen.strict and made.summary["errors"] else 0


def _say_waiting() -> None:
    print("另一个进程正在运行这个评价项目，等它结束 ……", flush=True)


def _batch(chosen: argparse.Namespace) -> int:
    from evalbook.batch.command import batch

    return batch(chosen)


def _import(chosen: argparse.Namespace) -> int:
    return _import_tables(chosen) if chosen.tables else _import_form(chosen)


def _import_form(chosen: argparse.Namespace) -> int:
    from evalbook.forms.importing import import_forms, lines
    from evalbook.paths import workbook

    imported = import_forms(Path(chosen.file), chosen.case, workbook(), chosen.sheet)
    _say(*lines(imported))
    return 0


def _import_tables(chosen: argparse.Namespace) -> int:
    from evalbook.drafts import import_tables
    from evalbook.paths import workbook

    made = import_tables(Path(chosen.file), Path(chosen.tables), workbook())
    _say(*made.summary.split("\n"))
    _say(f"草稿已写入 {chosen.tables}。核查结果：")
    _print_entries(made.audit)
    if made.left_out:
        print(f"  另有 {made.left_out} 项要看正文才能判断（如扣分、执行率偏低的原因），没有核查。")
    errors = [entry for entry in made.audit.problems if entry.severity == "error"]
    return 1 if chosen.strict and errors else 0


def _export(chosen: argparse.Namespace) -> int:
    from evalbook.forms.exporting import export_form
    from evalbook.paths import workbook

    _say(*export_form(chosen.case, Path(chosen.to), workbook()))
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    from evalbook.paths import workbook
    from evalbook.verify import verify

    answer = verify(Path(chosen.target), workbook())
    print(answer)
    return 0 if answer.follows else 1


def _lab(chosen: argparse.Namespace) -> int:
    import subprocess

    from evalbook.loading import load
    from evalbook.paths import workbook

    book = workbook()
    start = book.notebooks / "00_overview.ipynb"
    if chosen.case:
        load(chosen.case)
        chapters = sorted(book.chapters(chosen.case).glob("*.ipynb"))
        start = chapters[0] if chapters else start
    lab = [sys.executable, "-m", "jupyterlab", str(start)]
    lab += [f"--ServerApp.root_dir={book.root}", f"--LabApp.app_settings_dir={LAB_SETTINGS}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        lab.append("--allow-root")
    return subprocess.call(lab)


def _cases(named: Sequence[str]) -> Sequence[str]:
    from evalbook.errors import Fault, InputError
    from evalbook.paths import workbook

    cases = list(named) or workbook().cases()
    if not cases:
        root = str(workbook().root)
        raise InputError([Fault(root, "没有评价项目", "请在 params/cases 中新建一个")])
    return cases
