"""outputs/batch.json and outputs/batch.html: what came of every case, written whole or not."""

import errno
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from evalbook.batch.batch import State
from evalbook.batch.unit import FULL_DISK, HINTS, Options, Outcome
from evalbook.errors import ReportError
from evalbook.harmless import escaped
from evalbook.paths import Workbook

SCHEMA = 1
STATUSES = ("done", "failed", "invalid", "never")


def write(book: Workbook, state: State, options: Options, seconds: float) -> Path:
    """Write both; the page's path. Raises ReportError when the disk takes no more."""
    from evalbook.batch.page import page

    data = as_data(state, options, seconds)
    text = escaped(json.dumps(data, ensure_ascii=False, indent=1)) + "\n"
    try:
        replaced(book.outputs / "batch.json", text.encode())
        replaced(book.outputs / "batch.html", page(data))
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise ReportError(f"{FULL_DISK}，没有写成批次的结果。{HINTS[FULL_DISK]}。") from None
    return book.outputs / "batch.html"


def as_data(state: State, options: Options, seconds: float) -> dict[str, Any]:
    """batch.json: every case in the order of the batch, and apart from that how long it took."""
    cases = [_case(state, case, options) for case in state.cases]
    counts = {status: sum(each["status"] == status for each in cases) for status in STATUSES}
    ended = state.outcomes
    return {
        "schema": SCHEMA,
        "formats": list(options.formats),
        "counts": {"cases": len(cases), **counts},
        "cases": cases,
        "run": {
            "seconds": round(seconds, 1),
            "levels": {case: ended[case].level for case in state.cases if case in ended},
            "case_seconds": {case: ended[case].seconds for case in state.cases if case in ended},
        },
    }


def _case(state: State, case: str, options: Options) -> dict[str, Any]:
    outcome = state.outcomes.get(case)
    if outcome is None:
        return _row(Outcome(case, "done", title=state.titles.get(case, "")), "never", None)
    report = f"{case}/report.{options.formats[0]}" if outcome.status == "done" else None
    titled = outcome.title or state.titles.get(case, "")
    return _row(outcome, outcome.status, report) | {"title": titled}


def _row(outcome: Outcome, status: str, report: str | None) -> dict[str, Any]:
    score: Mapping[str, Any] = outcome.score or {}
    computed: Mapping[str, Any] = score.get("computed") or {}
    return {
        "case": outcome.case,
        "title": outcome.title,
        "status": status,
        "report": report,
        "score": score.get("total"),
        "full": score.get("full"),
        "rate": score.get("rate"),
        "grade": score.get("grade"),
        "computed": {"total": computed.get("total"), "grade": computed.get("grade")},
        "errors": outcome.errors if status == "done" else None,
        "notebook": outcome.notebook or None,
        "cell": outcome.cell or None,
        "cause": outcome.cause or None,
        "hint": outcome.hint or None,
        "faults": [
            {"where": where, "problem": problem, "remedy": remedy}
            for where, problem, remedy in outcome.faults
        ],
    }


def replaced(path: Path, data: bytes) -> None:
    """Put a file in the place of another, on the disk, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        with suppress(OSError):
            new.unlink()
