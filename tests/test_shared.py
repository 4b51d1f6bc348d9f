"""What cases share is read once, and never stale: an edit is seen, even at the same second."""

import os
from pathlib import Path

import pytest
from cases import ROOT

from evalbook import InputError, evaluate, load
from evalbook.paths import Workbook

CASE = "qingdao-2019"


def rewritten(path: Path, old: str, new: str) -> None:
    """The file with another text, at the time of the old one."""
    text, stat = path.read_text("utf-8"), path.stat()
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_what_is_shared_is_parsed_once(workbook: Workbook) -> None:
    first, again = load(CASE, workbook), load(CASE, workbook)
    assert first is not again
    assert first.rules is again.rules
    assert first.framework is again.framework
    assert first.audit_settings is again.audit_settings
    assert first.tables[0].kind is again.tables[0].kind


def test_cases_of_one_rule_set_share_what_is_in_force() -> None:
    one, other = (load(case, Workbook(ROOT)) for case in (CASE, "guangzhou-2020"))
    assert one.rules is other.rules


def test_an_edited_rule_set_counts_at_once(workbook: Workbook) -> None:
    before = load(CASE, workbook)
    path = workbook.rules_file("caiyu-2020-10")
    rewritten(path, "{grade: 优, from: 90%}", "{grade: 优, from: 91%}")
    after = load(CASE, workbook)
    grades = [evaluate(each).case.rules.grade_bands[0].from_ for each in (before, after)]
    assert grades == ["90%", "91%"]


def test_an_edited_kind_of_table_counts_at_once(workbook: Workbook) -> None:
    load(CASE, workbook)
    path = workbook.table_kinds / "budget.yaml"
    rewritten(path, 'claim: "executed <= first(', 'claim: "execute <= first(')
    with pytest.raises(InputError, match="execute"):
        load(CASE, workbook)


def test_a_fault_of_a_shared_file_is_told_each_time(workbook: Workbook) -> None:
    rewritten(workbook.audit_file, "paragraph_length:", "paragraph_lenght:")
    told = []
    for _ in range(2):
        with pytest.raises(InputError) as caught:
            load(CASE, workbook)
        told.append([str(fault) for fault in caught.value.faults])
    assert told[0] == told[1]
    assert any("paragraph_lenght" in each for each in told[0])


@pytest.mark.parametrize(("day", "value"), [("2020-12-31", "80%"), ("2021-01-01", "70%")])
def test_the_day_of_the_report_chooses_the_value(workbook: Workbook, day: str, value: str) -> None:
    path = workbook.rules_file("caiyu-2020-10")
    since = "{since: 2020-02-25, value: 80%}"
    rewritten(path, since, f"{since}\n    - {{since: 2021-01-01, value: 70%}}")
    rewritten(workbook.case_file(CASE), "date: null", f"date: {day}")
    limit = load(CASE, workbook).rules.low_execution
    assert limit is not None
    assert f"{limit * 100:.0f}%" == value
