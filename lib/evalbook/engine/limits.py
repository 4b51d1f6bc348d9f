"""What a notebook may take, and in which words it is said that it took more."""

import os
import signal
from dataclasses import dataclass

from evalbook.errors import Fault, InputError

SECONDS, MEGABYTES = "EVALBOOK_SECONDS", "EVALBOOK_MEMORY"


@dataclass(frozen=True, slots=True)
class Limits:
    """For each notebook: seconds by the clock, and MB of memory that it and its programs add."""

    seconds: float | None = 900
    megabytes: float | None = 2048


def limits() -> Limits:
    """The usual limits, or those of the environment; 0 stands for none.

    Raises InputError for what is no number.
    """
    usual = Limits()
    return Limits(_asked(SECONDS, usual.seconds), _asked(MEGABYTES, usual.megabytes))


def _asked(name: str, usual: float | None) -> float | None:
    text = os.environ.get(name, "").strip()
    if not text:
        return usual
    if not text.isascii() or not text.isdigit():
        fault = Fault(f"环境变量 {name}", f"“{text}”不是数", "请写一个整数，0 表示不限")
        raise InputError([fault])
    return float(text) or None


def in_words(cause: str, number: float) -> str:
    """Why a notebook ended before its time, as a Chinese clause."""
    match cause:
        case "time":
            return f"时间超过 {number:g} 秒"
        case "memory":
            return f"内存超过 {number:g} MB"
        case "signal":
            return f"进程被信号 {int(number)}（{_signal(int(number))}）终止{_guess(int(number))}"
        case "exit":
            return f"进程自己退出，退出码 {int(number)}"
        case "asked":
            return "代码要求退出（exit）"
        case _:
            return "执行笔记本的程序不见了"


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "未知"


def _guess(number: int) -> str:
    return "，多半是整机内存不足" if number == 9 else ""
