"""A command line that speaks Chinese: argparse has no language but its own."""

import argparse
from typing import Any, NoReturn


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
