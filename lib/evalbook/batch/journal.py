"""What a batch has done, a line of JSON for each event, on the disk before the next begins.

A line torn by a crash is no event: what it would have told is done again. Each batch has its own
journal in outputs/.log/, held by a lock while it runs, so that --resume takes up the last one that
nobody is at work on.
"""

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evalbook.batch.unit import FULL_DISK, HINTS, Options, Outcome
from evalbook.errors import ReportError
from evalbook.locks import Busy, alone
from evalbook.paths import Workbook

KEPT = 20
"""Journals that are kept."""
_NAME = re.compile(r"batch-(\d{4,})\.jsonl")


@dataclass(slots=True)
class Journal:
    """The journal of one batch, open for writing."""

    path: Path

    def note(self, event: str, **more: Any) -> None:
        """Write an event; returns when the disk has it. Raises ReportError on a full disk."""
        line = json.dumps({"event": event, **more}, ensure_ascii=False) + "\n"
        try:
            with self.path.open("a+b") as file:
                torn = _is_torn(file.fileno())
                file.write(b"\n" * torn + line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            full = error.errno in {errno.ENOSPC, errno.EDQUOT}
            cause = FULL_DISK if full else f"不能写 {self.path}（{error.strerror}）"
            raise ReportError(
                f"{cause}，批次停在这里，已完成的都在。{HINTS[FULL_DISK]}。"
            ) from None


@dataclass(slots=True)
class Done:
    """What a journal tells: the cases and options of its batch, and how cases ended.

    `keys` stand for the inputs that a case had, in the same order of meaning as `outcomes`.
    """

    cases: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)


@contextmanager
def begun(book: Workbook) -> Iterator[Journal]:
    """A new journal, held as long as the block lasts."""
    book.logs.mkdir(parents=True, exist_ok=True)
    number = max((number for number, _ in _journals(book)), default=0) + 1
    while True:
        path = book.logs / f"batch-{number:04}.jsonl"
        try:
            with _held(book, path):
                path.open("xb").close()
                _forget_old(book)
                yield Journal(path)
                return
        except (Busy, FileExistsError):
            number += 1


@contextmanager
def taken_up(book: Workbook) -> Iterator[Journal | None]:
    """The last journal that no other batch holds; None when there is none."""
    for _, path in sorted(_journals(book), reverse=True):
        try:
            with _held(book, path):
                yield Journal(path)
                return
        except Busy:
            continue
    yield None


def read(path: Path) -> Done:
    """What stands in a journal, as far as it can be read."""
    found = Done()
    for line in path.read_bytes().split(b"\n"):
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            _take(found, json.loads(line))
    return found


def _take(found: Done, event: Mapping[str, Any]) -> None:
    match event["event"]:
        case "begin":
            options = Options.of(event["options"])
            found.cases, found.options = tuple(map(str, event["cases"])), options
        case "end":
            outcome = Outcome.of(event["outcome"])
            found.outcomes[outcome.case] = outcome
            found.keys[outcome.case] = str(event["key"])


@contextmanager
def _held(book: Workbook, path: Path) -> Iterator[None]:
    with alone(book.lock_file(f".{path.stem}")):
        yield


def _journals(book: Workbook) -> list[tuple[int, Path]]:
    found = [(_NAME.fullmatch(path.name), path) for path in book.logs.glob("batch-*.jsonl")]
    return [(int(match[1]), path) for match, path in found if match]


def _forget_old(book: Workbook) -> None:
    for _, path in sorted(_journals(book), reverse=True)[KEPT:]:
        with suppress(Busy), _held(book, path):
            path.unlink(missing_ok=True)


def _is_torn(descriptor: int) -> bool:
    """Whether the last line has no end."""
    with suppress(OSError):
        if os.lseek(descriptor, 0, os.SEEK_END):
            os.lseek(descriptor, -1, os.SEEK_END)
            return os.read(descriptor, 1) != b"\n"
    return False
