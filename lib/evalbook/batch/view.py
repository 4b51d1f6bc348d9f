"""What a batch shows while it runs: a table that stays in place, or lines where there is no
terminal.
"""

import os
import shutil
import sys
import time
import unicodedata
from typing import TextIO

from evalbook.batch.batch import State
from evalbook.batch.unit import Outcome
from evalbook.harmless import said

PAUSE = 0.2
MOST_RUNNING = 8
LEVELS = {"unchanged": "没有变动", "rendered": "重新排版", "executed": "完成"}


class View:
    """Follows the state of a batch on a stream."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.live = stream.isatty() and os.environ.get("TERM") != "dumb" and _moves_cursor()
        self._told = 0
        self._lines = 0
        self._drawn = 0.0

    def __call__(self, state: State) -> None:
        """Show how far it is; a table is not drawn more often than one can read."""
        if not self.live:
            self._tell(state)
        elif time.monotonic() - self._drawn >= PAUSE:
            self._draw(table(state))
            self._drawn = time.monotonic()

    def end(self, state: State) -> None:
        """Take the table away; the summary follows."""
        if self.live:
            self._draw([])
        else:
            self._tell(state)

    def tell(self, text: str) -> None:
        """A line that stays."""
        if self.live:
            self._draw([])
        print(said(text, 1_000), file=self.stream, flush=True)

    def _tell(self, state: State) -> None:
        for case in list(state.outcomes)[self._told :]:
            self._told += 1
            if state.outcomes[case].level != "unchanged":
                count = f"[{self._told}/{len(state.cases)}]"
                print(f"{count} {line(state.outcomes[case])}", file=self.stream, flush=True)

    def _draw(self, lines: list[str]) -> None:
        width = shutil.get_terminal_size().columns - 1
        up = f"\x1b[{self._lines}F" if self._lines else ""
        text = "".join(f"{cut(each, width)}\x1b[K\n" for each in lines)
        self.stream.write(f"{up}{text}\x1b[J")
        self.stream.flush()
        self._lines = len(lines)


def table(state: State) -> list[str]:
    """The lines of the live table."""
    total, ended = len(state.cases), len(state.outcomes)
    counts = [
        f"完成 {state.count('done')}（没有变动 {state.count('unchanged')}）",
        f"失败 {state.count('failed')}",
        f"输入有误 {state.count('invalid')}",
        f"进行中 {len(state.running)}",
        f"等待 {total - ended - len(state.running)}",
    ]
    now = time.monotonic()
    left = state.left
    rest = "" if left is None else f"，约剩 {clock(left)}"
    what = "检查输入" if state.checking else "运行"
    lines = [
        f"{what} {bar(ended, total)} {ended}/{total}  已用 {clock(now - state.began)}{rest}",
        "  " + "  ".join(counts),
    ]
    running = sorted(state.running.items(), key=lambda each: each[1])
    for case, since in running[:MOST_RUNNING]:
        title = said(state.titles.get(case, ""))
        lines.append(f"  ▶ {case}  {clock(now - since)}  {title}")
    failed = [o for o in state.outcomes.values() if o.status in {"failed", "invalid"}]
    lines += [f"  ✗ {line(outcome)}" for outcome in failed[-3:]]
    return lines


def line(outcome: Outcome) -> str:
    """One case in one line."""
    match outcome.status:
        case "done":
            return f"{outcome.case} {LEVELS[outcome.level]}，{outcome.seconds:.1f} 秒"
        case "invalid":
            return f"{outcome.case} 输入有误，{len(outcome.faults)} 处"
        case "failed":
            place = f"{outcome.notebook} {outcome.cell} ".lstrip() if outcome.notebook else ""
            return said(f"{outcome.case} 失败：{place}{outcome.cause}")
    return f"{outcome.case} {outcome.status}"


def bar(part: int, whole: int, width: int = 24) -> str:
    full = width * part // max(1, whole)
    return "█" * full + "░" * (width - full)


def clock(seconds: float) -> str:
    """12 秒 · 2分05秒 · 1时03分."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} 秒"
    if whole < 3600:
        return f"{whole // 60}分{whole % 60:02}秒"
    return f"{whole // 3600}时{whole % 3600 // 60:02}分"


def cut(text: str, width: int) -> str:
    """As much of the text as fits into so many columns; a Chinese letter takes two."""
    kept: list[str] = []
    used = 0
    for letter in text:
        used += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used > width:
            return "".join(kept)
        kept.append(letter)
    return text


def _moves_cursor() -> bool:
    """Whether the terminal understands movements; on Windows that is to be asked for first."""
    if sys.platform != "win32":
        return True
    import ctypes

    kernel = ctypes.windll.kernel32
    return bool(kernel.SetConsoleMode(kernel.GetStdHandle(-11), 7))
