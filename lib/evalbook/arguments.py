"""A command line that speaks Chinese, argparse having no language but its own; larger commands."""

import argparse
from collections.abc import Callable
from typing import Any, NoReturn

FORMATS = ("html", "pdf", "docx")
RENDERERS = ("embedded", "quarto")
ENGINES = ("evalbook", "kernel")
Command = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """argparse speaking Chinese."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, allow_abbrev=False, **options)
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示这段帮助")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"命令写法不对：{_chinese(message)}\n{self.format_usage()}")


_ERRORS = (
    ("the following arguments are required: ", "缺少参数 "),
    ("unrecognized arguments: ", "不认识的参数 "),
    ("invalid choice: ", "没有这个选择 "),
    ("(choose from ", "（可选："),
    ("expected one argument", "后面要写一个值"),
    ("expected at least one argument", "后面至少要写一个值"),
    ("one of the arguments ", "以下参数要写一个："),
    (" is required", ""),
    ("not allowed with argument", "不能同时写"),
    ("argument ", "参数 "),
)


def _chinese(message: str) -> str:
    for english, chinese in _ERRORS:
        message = message.replace(english, chinese)
    return message.replace("')", "'）")


def formats_of(text: str) -> tuple[str, ...]:
    """The formats of `--format html,pdf`, in our order; InputError names one that is not there."""
    from evalbook.errors import Fault, InputError, nearest

    named = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in named if each not in FORMATS]
    if unknown or not named:
        wrong = "、".join(unknown) or text
        raise InputError([Fault("--format", f"没有“{wrong}”这种格式", nearest(wrong, FORMATS))])
    return tuple(each for each in FORMATS if each in named)


def add_exchange(commands: Any, importer: Command, exporter: Command) -> None:
    """What comes from other people's files, and what goes to them."""
    importing = commands.add_parser(
        "import",
        help="导入填好的自评表，或现成报告中的表",
        description="把填好的绩效自评表读成评价项目（--case），或取出现成报告中的表并核查（--tables）。",
    )
    importing.add_argument(
        "file", metavar="FILE", help="自评表 .xlsx、.xls，或报告 .docx、网页 .html"
    )
    target = importing.add_mutually_exclusive_group(required=True)
    target.add_argument(
        "--case", metavar="CASE", help="自评表读成的新评价项目；有几张表时为 CASE-1、CASE-2 ……"
    )
    target.add_argument("--tables", metavar="DIR", help="报告中的表写成草稿，放进这个新文件夹")
    importing.add_argument("--sheet", metavar="NAME", help="自评表只读这一张工作表")
    importing.add_argument("--strict", action="store_true", help="报告中的表核查有错误时返回 1")
    importing.set_defaults(command=importer)
    export = commands.add_parser(
        "export",
        help="把评价项目写成绩效自评表",
        description="把评价项目写成官方格式的绩效自评表，并说明表里装不下什么。",
    )
    export.add_argument("case", metavar="CASE", help="评价项目")
    export.add_argument("--to", required=True, metavar="form.xlsx", help="写到这个 .xlsx 文件")
    export.set_defaults(command=exporter)


def add_engine(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--engine",
        choices=ENGINES,
        metavar="evalbook|kernel",
        default="",
        help="由什么执行笔记本：evalbook 本程序（能用则默认），kernel 普通内核",
    )


def add_batch(commands: Any, command: Command) -> None:
    """Many cases."""
    batch = commands.add_parser(
        "batch",
        help="运行许多评价项目",
        description="先检查全部输入，再由几个进程同时运行；一个失败不影响其他，没有变动的不再运行。"
        "结果在 outputs/batch.html。全部成功返回 0，有输入有误的返回 2，有失败的返回 3。",
    )
    batch.add_argument(
        "case", nargs="*", metavar="CASE", help="评价项目，可用通配符，如 'qingdao-*'；不写则全部"
    )
    batch.add_argument("--all", action="store_true", help="全部评价项目")
    batch.add_argument("--jobs", metavar="N", help="同时运行几个进程；不写则与处理器核数相同")
    batch.add_argument("--resume", action="store_true", help="接着做上一次没有做完的")
    batch.add_argument("--format", metavar="html,pdf,docx", help="报告的格式，逗号隔开；默认三种")
    add_engine(batch)
    batch.add_argument("--memory", metavar="MB", help="每个评价项目最多用多少兆内存；不写则不限")
    batch.add_argument(
        "--cluster",
        metavar="tcp://HOST:8786",
        help="由 Dask 集群的各台机器运行，写调度器的地址；工作簿要在它们共享的文件夹里",
    )
    batch.add_argument("--fresh", action="store_true", help="不管有没有变动，全部重新运行")
    batch.set_defaults(command=command)
