"""The command `evalbook batch`: which cases, how many processes, what is said in the end."""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from dataclasses import asdict
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from evalbook.arguments import FORMATS, formats_of
from evalbook.batch import journal as journals
from evalbook.batch.batch import Servers, State, run_batch
from evalbook.batch.cluster import Cluster, Told, served
from evalbook.batch.connection import ClusterLost
from evalbook.batch.journal import Done, Journal
from evalbook.batch.results import write
from evalbook.batch.unit import Options
from evalbook.batch.view import View, clock, line
from evalbook.batch.workers import Workers
from evalbook.errors import Fault, InputError, nearest
from evalbook.harmless import said
from evalbook.paths import Workbook, workbook
from evalbook.produce import AT_A_TIME

INTERRUPTED = 130
MOST_JOBS, LEAST_MEMORY = 256, 100
SHOWN = 20


def batch(chosen: argparse.Namespace) -> int:
    """Run the batch; the exit code."""
    book = workbook()
    asked = _number("--jobs", chosen.jobs, 1, MOST_JOBS)
    jobs = asked or _cores()
    memory = _number("--memory", chosen.memory, LEAST_MEMORY, None)
    formats = formats_of(chosen.format) if chosen.format else None
    with _journal(book, resume=chosen.resume) as (journal, before):
        cases = _cases(book, chosen, before)
        options = Options(
            formats=formats or (before.options.formats if chosen.resume else FORMATS),
            engine=chosen.engine,
            fresh=chosen.fresh or before.options.fresh,
            at_a_time=1 if jobs > 1 or chosen.cluster else AT_A_TIME,
        )
        journal.note("begin", cases=cases, options=asdict(options))
        state = State(tuple(cases))
        view = View(sys.stdout)
        said_by_workers = book.logs / "workers.log"
        servers: Servers = partial(_workers, book.root, options, jobs, said_by_workers, memory)
        if chosen.cluster is not None:
            address: str = chosen.cluster
            servers = partial(_members, address, book, options, asked, memory, view.tell)
        return _run(book, state, options, servers, journal, before, view)


def _run(
    book: Workbook,
    state: State,
    options: Options,
    servers: Servers,
    journal: Journal,
    before: Done,
    view: View,
) -> int:
    interrupted, lost = False, None
    try:
        run_batch(book, state, options, servers, journal, before, view)
        journal.note("finish")
    except KeyboardInterrupt:
        interrupted = True
    except ClusterLost as error:
        lost = error
    finally:
        view.end(state)
    page = write(book, state, options, time.monotonic() - state.began)
    _conclude(state, page)
    if interrupted:
        print("已中断，完成的都在。接着做请运行 evalbook batch --resume", file=sys.stderr)
        return INTERRUPTED
    if lost:
        raise lost
    return 3 if state.count("failed") else 2 if state.count("invalid") else 0


def _workers(
    root: Path, options: Options, jobs: int, said: Path, memory: int | None, tasks: int
) -> "closing[Workers]":
    return closing(Workers(root, options, min(jobs, tasks), said, memory))


def _members(
    address: str,
    book: Workbook,
    options: Options,
    jobs: int | None,
    memory: int | None,
    told: Told,
    tasks: int,
) -> AbstractContextManager[Cluster]:
    return served(address, book, options, min(jobs or tasks, tasks), memory, told)


@contextmanager
def _journal(book: Workbook, *, resume: bool) -> Iterator[tuple[Journal, Done]]:
    """The journal to write, and what stands in it already."""
    with ExitStack() as held:
        taken = held.enter_context(journals.taken_up(book)) if resume else None
        if taken is not None:
            yield taken, journals.read(taken.path)
        else:
            yield held.enter_context(journals.begun(book)), Done()


def _cases(book: Workbook, chosen: argparse.Namespace, before: Done) -> Sequence[str]:
    """The cases that are meant; InputError names every word that means none."""
    known = book.cases()
    if chosen.resume and before.cases and not chosen.case and not chosen.all:
        return before.cases
    if not known:
        where = str(book.root)
        raise InputError([Fault(where, "没有评价项目", "请在 params/cases 中新建一个")])
    if chosen.all or not chosen.case:
        return known
    found = {word: [case for case in known if fnmatchcase(case, word)] for word in chosen.case}
    faults = [
        Fault("评价项目", f"没有名为“{word}”的评价项目", nearest(word, known))
        for word, cases in found.items()
        if not cases
    ]
    if faults:
        raise InputError(faults)
    return list(dict.fromkeys(case for cases in found.values() for case in cases))


def _number(option: str, text: str | None, least: int, most: int | None) -> int | None:
    if text is None:
        return None
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    if number < least or (most is not None and number > most):
        upto = f" 至 {most}" if most is not None else " 以上"
        raise InputError([Fault(option, f"“{text}”不对", f"应为 {least}{upto}的整数")])
    return number


def _cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _conclude(state: State, page: Path) -> None:
    ended = state.outcomes.values()
    bad = [outcome for outcome in ended if outcome.status in {"failed", "invalid"}]
    for outcome in bad[:SHOWN]:
        print(said(line(outcome), 1_000))
    if len(bad) > SHOWN:
        print(f"……另有 {len(bad) - SHOWN} 个，见结果。")
    counts = (
        f"完成 {state.count('done')}（没有变动 {state.count('unchanged')}），"
        f"失败 {state.count('failed')}，输入有误 {state.count('invalid')}"
    )
    never = f"，没有开始 {len(state.never)}" if state.never else ""
    seconds = clock(time.monotonic() - state.began)
    print(f"共 {len(state.cases)} 个：{counts}{never}。用时 {seconds}。")
    print(f"结果：{page}")
