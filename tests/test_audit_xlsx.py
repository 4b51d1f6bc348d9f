"""audit.xlsx as a spreadsheet shows it, and the annex that refers to it."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from cases import budget

from evalbook.audit import Audit, Entry
from evalbook.audit_xlsx import COUNTED, HEADINGS, RESULTS, SUMMARY, audit_xlsx
from evalbook.blocks import Prose, Table
from evalbook.sections.findings import audit_annex

ENTRY = Entry(
    id="sum:budget.total.budget",
    kind="sum",
    verdict="inconsistent",
    severity="error",
    where="budget.total.budget",
    expression="60.10 + 40.00",
    computed="100.10",
    printed="100.00",
    gap="0.10",
    unit="万元",
    place="一（二）",
    message="“合计”的预算数印为 100.00万元，两者不符。",
)


def opened(found: Audit, title: str = "某报告"):
    return openpyxl.load_workbook(io.BytesIO(audit_xlsx(found, title)))


def rows(found: Audit, sheet: str = RESULTS) -> list[tuple]:
    return list(opened(found)[sheet].iter_rows(values_only=True))


def test_every_entry_is_a_row_the_worst_first(qingdao):
    found = rows(qingdao.audit)
    assert found[0] == HEADINGS
    assert len(found) - 1 == len(qingdao.audit.entries)
    verdicts = [row[1] for row in found[1:]]
    order = ["不一致", "取整", "无法复核", "相符"]
    assert verdicts == sorted(verdicts, key=order.index)
    assert [row[0] for row in found[1:]] == list(range(1, len(found)))


def test_a_row_says_all_that_the_entry_says():
    assert rows(Audit((ENTRY._replace(accepted=True),)))[1] == (
        1, "不一致", "错误", "合计", "一（二）", "60.10 + 40.00", 100.1, 100, 0.1, "万元",
        ENTRY.message, "budget.total.budget", "是", ENTRY.id,
    )  # fmt: skip


def test_figures_are_numbers_with_their_places():
    sheet = opened(Audit((ENTRY,)))[RESULTS]
    cell = sheet.cell(2, HEADINGS.index("印出值") + 1)
    assert (cell.data_type, cell.number_format) == ("n", "0.00")


def test_a_figure_too_long_for_a_spreadsheet_stays_exact_text():
    long = "12345678901234567.89"
    assert rows(Audit((ENTRY._replace(printed=long),)))[1][7] == long


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_text_is_a_formula(start):
    text = f'{start}HYPERLINK("http://x","y")'
    fields = {"message": text, "place": text, "expression": text, "unit": text, "where": text}
    sheet = opened(Audit((ENTRY._replace(**fields),)))[RESULTS]
    cells = [cell for cell in sheet[2] if cell.value == text]
    assert len(cells) == 5
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells)


def test_what_no_xml_can_hold_is_shown_as_a_box():
    text = "甲\x00\x0b乙\ud800丙\uffff"
    assert rows(Audit((ENTRY._replace(message=text),)))[1][10] == "甲□□乙□丙□"
    assert opened(Audit((ENTRY,)), "书名\x01&x")[RESULTS].oddHeader.center.text.startswith(
        "书名□&&x"
    )


def test_header_is_frozen_filtered_and_printed_on_every_page(qingdao):
    sheet = opened(qingdao.audit)[RESULTS]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.cell(2, 11).alignment.wrap_text
    assert sheet.column_dimensions["K"].width > sheet.column_dimensions["A"].width


def test_summary_counts_kinds_and_verdicts(qingdao):
    found = rows(qingdao.audit, SUMMARY)
    assert found[0] == COUNTED
    total, audit = found[-1], qingdao.audit
    assert total[:6] == (
        "共计", audit.count("inconsistent"), audit.count("rounding"),
        audit.count("unverifiable"), audit.count("consistent"), len(audit.entries),
    )  # fmt: skip
    assert [sum(row[n] for row in found[1:-1]) for n in range(1, 8)] == list(total[1:])


def test_an_audit_of_nothing_is_a_workbook_too():
    assert rows(Audit(())) == [HEADINGS]
    assert rows(Audit(()), SUMMARY)[1:] == [("共计", *[0] * 7)]


def test_same_audit_same_bytes_and_no_time_of_running(qingdao):
    first = audit_xlsx(qingdao.audit, "某报告")
    assert audit_xlsx(qingdao.audit, "某报告") == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2


# ---- the annex


def test_the_annex_counts_by_kind_and_lists_only_what_does_not_simply_hold(qingdao):
    blocks = audit_annex(qingdao)
    counts, listed = [block for block in blocks if isinstance(block, Table)]
    audit = qingdao.audit
    assert [cell.text for cell in counts.header[0]] == [
        "核查事项", "核查项数", "相符", "取整", "无法复核", "不一致",
    ]  # fmt: skip
    verdicts = ("consistent", "rounding", "unverifiable", "inconsistent")
    assert [cell.text for cell in counts.rows[-1]] == [
        "共计", str(len(audit.entries)), *(str(audit.count(verdict)) for verdict in verdicts),
    ]  # fmt: skip
    assert counts.kinds[-1] == "total"
    assert len(listed.rows) == len(audit.entries) - audit.count("consistent")
    assert not any(row[1].text == "相符" for row in listed.rows)
    said = "".join(run.text for block in blocks if isinstance(block, Prose) for run in block.runs)
    assert "audit.xlsx" in said and f"相符 {audit.count('consistent')} 项" in said


def test_the_annex_of_a_clean_case_has_no_list(maker):
    ev = maker.evaluate(
        budget("id | budget | executed | rate", "a | 200 | 50 | 25.00%", "b | 1 | 1 | 100%")
    )
    clean = Audit(tuple(e for e in ev.audit.entries if e.verdict == "consistent"))
    blocks = audit_annex(replace(ev, audit=clean))
    assert len([block for block in blocks if isinstance(block, Table)]) == 1


def test_the_annex_of_a_case_with_nothing_to_check_says_so(qingdao):
    blocks = audit_annex(replace(qingdao, audit=Audit(())))
    assert [type(block).__name__ for block in blocks] == ["Heading", "Prose"]
