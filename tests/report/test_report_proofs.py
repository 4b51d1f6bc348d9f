"""Every figure of every case: its proof, its place in evaluation.json, and the same in all formats.

Each check is shown to be able to fail: a wrong digit is planted in a copy of each format.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from cases import budget, indicators
from extracting import Shown, bare, of_document, of_html, of_word, pdf_faults
from proving import Unknown, agrees, expected, parts_of, unit_at
from pypdf import PdfReader
from test_every_case import A_FEW_FIRST, CASES, evaluated, report

from evalbook.blocks import Figure, Table
from evalbook.proofs import figures, proofs
from evalbook.report import docx, html, pdf
from evalbook.report.document import Document
from evalbook.sections import budget as money
from evalbook.sections import overview

SMALL = "yongde-2022"


@cache
def data_of(case: str) -> dict[str, Any]:
    return json.loads(evaluated(case).text)


def json_faults(data: dict[str, Any], shown: list[Shown]) -> list[str]:
    """The values that are not those of evaluation.json, or not the exact value beside them."""
    faults = []
    for each in shown:
        try:
            wanted = expected(data, each.address, bool(each.computed))
            unit = unit_at(data, each.address)
        except (Unknown, LookupError) as error:
            faults.append(f"{each}: {error!r}")
            continue
        text = each.text.removesuffix(parts_of(data, each.address))
        if not agrees(text, None if wanted is None else bare(wanted), unit):
            faults.append(f"{each}: evaluation.json has {wanted}")
        elif each.value and not agrees(text, each.value):
            faults.append(f"{each}: the exact value is another")
    return faults


def html_faults(document: Document, page: bytes) -> list[str]:
    found = of_html(page)
    drawn = len(found) == len(of_document(document))
    told = any(each.computed is not None for each in found)
    wanted = [
        each if told else replace(each, computed=None)
        for each in of_document(document, drawn=drawn)
    ]
    return differences(wanted, found)


def word_faults(document: Document, data: bytes) -> list[str]:
    from evalbook.report.word_controls import tag  # type: ignore[import-not-found,unused-ignore]

    found = of_word(data)
    drawn = len(found) == len(of_document(document))
    shown = of_document(document, drawn=drawn)
    return differences([Shown(tag(each.address), each.text) for each in shown], found)


def differences(wanted: list[Shown], found: list[Shown]) -> list[str]:
    faults = [f"{w} is {f}" for w, f in zip(wanted, found, strict=False) if w != f]
    return faults + [f"{len(wanted)} values, {len(found)} shown"] * (len(wanted) != len(found))


# ---- all cases


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_every_value_is_that_of_evaluation_json(case):
    shown = of_document(report(case))
    assert len(shown) > 100
    assert json_faults(data_of(case), shown) == []


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_html_shows_these_values(case):
    assert html_faults(report(case), html.write(report(case))) == []


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_word_shows_these_values(case):
    assert word_faults(report(case), docx.write(report(case))) == []


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_the_pdf_shows_these_values(case):
    assert pdf_faults(report(case), pdf.write(report(case))) == []


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_every_address_has_a_proof(case):
    blocks = [placed.block for placed in report(case).blocks]
    found = proofs(evaluated(case), blocks)
    assert set(found) == {each.address for each in of_document(report(case))}
    for address, proof in found.items():
        assert len(proof.place) > 3, address
        assert proof.place != address
        assert proof.printed or proof.formula or proof.computed or proof.rule, address
        for text in (proof.place, proof.printed, proof.formula, proof.computed, proof.rule):
            assert not re.search(r"None|Decimal|[{}]|\b[a-z]+_[a-z]+\b", text), text


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_a_value_that_is_computed_says_so(case):
    """What stands at an address of the source is as printed, unless it says otherwise."""
    for each in of_document(report(case)):
        head = re.sub(r"^parts\.[^.]+\.", "", each.address).split(".")[0]
        if each.text != "未公布" and head in {"audit", "score", "settings", "count", "sum"}:
            assert each.computed, each
        if head == "case":
            assert not each.computed, each


# ---- the annex


def annex_tables(document: Document) -> dict[str, Table]:
    """The tables of the annex 数据来源 by their captions."""
    tables = [placed.block for placed in document.blocks if isinstance(placed.block, Table)]
    first = next(n for n, table in enumerate(tables) if table.caption == "数据来源")
    return {table.caption: table for table in tables[first:]}


def listed(document: Document) -> set[str]:
    """The codes in the annex, each in full: those of cells by their row and column."""
    tables = annex_tables(document)
    columns: dict[str, set[str]] = {}
    for title, *_, named in tables["数据表及其在原文中的位置"].rows:
        codes = {re.split("[ （]", each)[1] for each in named.text.split("、") if " " in each}
        columns.setdefault(title.text, set()).update(codes)
    return {
        *(row[-1].text for name in LISTS if name in tables for row in tables[name].rows),
        *of_rows(tables["原文各行的位置"], columns),
    }


LISTS = ("推算的数及其算法", "规则、设定和得分", "勾稽核查的项数")


def of_rows(table: Table, columns: dict[str, set[str]]) -> set[str]:
    codes, start, known = set(), "", set[str]()
    for row in table.rows:
        if len(row) == 1:
            found = re.fullmatch(r"(.+)（编号以 (\S+) 开头）", row[0].text)
            assert found, row
            start, known = found[2], columns[found[1]]
        else:
            codes |= {f"{start}{row[-1].text}.{column}" for column in known}
    return codes


def covered(address: str, codes: set[str]) -> bool:
    """Whether the annex names an address; the counts of a kind stand below its first."""
    if address.startswith("audit.by_kind."):
        return f"{address.rpartition('.')[0]}.checked" in codes
    if address.startswith("audit.entries."):
        return "audit.entries.（事项）:（行和栏的编号）" in codes
    return address in codes


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_the_annex_covers_every_address(case):
    codes = listed(report(case))
    shown = {each.address for each in of_document(report(case))}
    assert [address for address in sorted(shown) if not covered(address, codes)] == []


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_the_annex_lists_every_derived_figure_with_its_formula_and_inputs(case):
    table, own = annex_tables(report(case)).get("推算的数及其算法"), data_of(case)
    wanted = {a: each for part in (own, *own["parts"]) for a, each in part["derived"].items()}
    rows = {row[-1].text: row for row in table.rows if len(row) > 1} if table else {}
    assert rows.keys() == wanted.keys()
    for address, (name, inputs, worked, result, _) in rows.items():
        assert name.text and inputs.text, address
        assert worked.text in {wanted[address]["expression"], "—"}
        assert (result.address, result.value) == (address, wanted[address]["value"])


@pytest.mark.parametrize("case", A_FEW_FIRST)
def test_the_annex_has_a_line_for_every_row_that_prints_a_figure(case):
    """With its place in the source, in the order of print."""
    table = annex_tables(report(case))["原文各行的位置"]
    told = [(row[0].text.strip("\u3000"), row[2].text) for row in table.rows if len(row) > 1]
    whole = evaluated(case).case
    wanted = [
        (row.name.strip(), row["place"].text or each.place)
        for own in (whole, *whole.parts)
        for each in own.tables
        for row in each.rows
        if any(row[column].value is not None for column in each.listed)
    ]
    assert [line for line in wanted if line not in told] == []


def test_the_annex_of_the_largest_case_is_short():
    """Sixteen pages and no more: a line for each of two hundred printed rows."""
    document = report(max(CASES, key=lambda case: len(data_of(case)["facts"])))
    first = pdf.heading_pages(document)[document.blocks[_last_annex(document)].anchor]
    pages = PdfReader(io.BytesIO(pdf.write(document))).pages
    numbered = [page for page in pages if re.search("—\\d+—$", bare(page.extract_text()))]
    assert len(numbered) - first + 1 <= 16


def _last_annex(document: Document) -> int:
    annexes = [n for n, p in enumerate(document.blocks) if getattr(p.block, "annex", False)]
    return annexes[-1]


# ---- what no case has


TWO_PARTS = budget("id | name | budget | adjustment | executed", "a | 培训 | 100 | -20 | 30")


def test_a_sum_of_printed_parts_is_proved_with_its_parts(maker):
    ev = maker.evaluate(TWO_PARTS)
    low = next(b for b in money.low_execution(ev) if isinstance(b, Table))
    cell, data = low.rows[0][1], json.loads(ev.text)
    shown = Shown(cell.address, cell.text, cell.value, cell.computed)
    assert shown == Shown("budget.a.adjusted.base", "80（100-20）", "80", True)
    assert json_faults(data, [shown]) == []
    assert json_faults(data, [replace(shown, text="80（100-21）")])
    assert json_faults(data, [replace(shown, text="81（100-20）")])
    proof = proofs(ev, [low])[cell.address]
    assert proof.formula.endswith("：100-20")
    assert proof.computed == "80万元"


def test_a_chart_draws_a_rate_told_apart_from_the_threshold_by_its_own_address(maker):
    lines = ("t | | 合计 | 200 | 159.999", "a | t | 甲 | 100 | 80", "b | t | 乙 | 100 | 79.999")
    ev = maker.evaluate(budget("id | parent | name | budget | executed", *lines))
    chart = next(b for b in money.execution(ev) if isinstance(b, Figure))
    shown = [Shown(r.address, r.text, r.value, r.computed) for _, r in chart.data]
    addresses = ["budget.t.rate.apart", "budget.b.rate.apart", "budget.a.rate"]
    addresses.append("settings.low_execution")
    assert [each.address for each in shown] == addresses
    assert json_faults(json.loads(ev.text), shown) == []


def test_warnings_that_are_grouped_are_counted(maker):
    lines = [f"r{n} | 第{n}项 | 10 | 5 | " for n in range(5)]
    ev = maker.evaluate(indicators("id | name | full_marks | score | reason", *lines))
    shown = [
        Shown(each.address, each.text, each.value, each.computed)
        for block in overview.audit_summary(ev)
        for each in figures(block)
        if each.address.startswith("count.")
    ]
    found = {each.address: each.text for each in shown}
    assert found["count.warning.missing-reason"] == "5"
    assert found["count.annexed.missing-reason"] == "2"
    assert json_faults(json.loads(ev.text), shown) == []


# ---- each check can fail


def planted(text: str) -> str:
    """The text with another last digit."""
    at = max(n for n, letter in enumerate(text) if letter.isdigit())
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def some_value(document: Document) -> Shown:
    """A value of the middle of the report, in digits."""
    shown = [
        each for each in of_document(document, drawn=False) if each.value and len(each.text) > 3
    ]
    return shown[len(shown) // 2]


def test_a_wrong_digit_in_evaluation_json_is_seen():
    shown, data = of_document(report(SMALL)), json.loads(evaluated(SMALL).text)
    data["budget"][0]["executed"] = planted(data["budget"][0]["executed"])
    assert json_faults(data, shown)


def test_a_wrong_digit_in_html_is_seen():
    document = report(SMALL)
    page, own = html.write(document).decode(), some_value(document)
    at = page.index(f'data-address="{own.address}"')
    start, end = page.index(">", at) + 1, page.index("</", at)
    assert html_faults(document, page.encode()) == []
    spoilt = page[:start] + planted(page[start:end]) + page[end:]
    assert html_faults(document, spoilt.encode())


def test_a_wrong_exact_value_in_html_is_seen():
    document = report(SMALL)
    page, own = html.write(document).decode(), some_value(document)
    at = page.index("data-value=", page.index(f'data-address="{own.address}"'))
    end = page.index('"', at + len('data-value="'))
    spoilt = page[:at] + planted(page[at:end]) + page[end:]
    assert html_faults(document, spoilt.encode())


def test_a_wrong_digit_in_word_is_seen():
    document = report(SMALL)
    with zipfile.ZipFile(io.BytesIO(docx.write(document))) as package:
        xml = package.read("word/document.xml").decode()
    at = xml.index(f'<w:tag w:val="{some_value(document).address}"/>')
    start = xml.index(">", xml.index("<w:t", xml.index("<w:sdtContent>", at))) + 1
    end = xml.index("</w:t>", start)
    spoilt = io.BytesIO()
    with zipfile.ZipFile(spoilt, "w") as package:
        package.writestr("word/document.xml", xml[:start] + planted(xml[start:end]) + xml[end:])
    assert word_faults(document, spoilt.getvalue())


def test_a_wrong_digit_in_the_pdf_is_seen():
    document, own = report(SMALL), some_value(report(SMALL))
    for number, placed in enumerate(document.blocks):
        block = placed.block
        if isinstance(block, Table) and own.text in {
            cell.text for row in block.rows for cell in row
        }:
            rows = tuple(
                tuple(
                    replace(cell, text=planted(cell.text)) if cell.text == own.text else cell
                    for cell in row
                )
                for row in block.rows
            )
            wrong = replace(placed, block=replace(block, rows=rows))
            blocks = (*document.blocks[:number], wrong, *document.blocks[number + 1 :])
            spoilt = pdf.write(replace(document, blocks=blocks))
            assert pdf_faults(document, spoilt)
            return
    pytest.fail(f"{own} stands in no table")


@pytest.mark.parametrize(
    ("text", "value", "unit", "same"),
    [
        ("742,037.07万元", "742037.07", "万元", True),
        ("742,037.08万元", "742037.07", "万元", False),
        ("3.7万多家", "3.7", "万家", True),
        ("1.2亿元", "12000", "万元", True),
        ("1.2亿元", "12001", "万元", False),
        ("950‰", "95", "", True),
        ("降幅 10.89%", "-10.89", None, True),
        ("增幅 10.89%", "-10.89", None, False),
        ("−5.20", "-5.20", None, True),
        ("6-9个月", "6–9", None, True),
        ("20（下级合计）", "20", None, True),
        ("未公布", None, None, True),
        ("0", None, None, False),
        ("未公布", "0", None, False),
    ],
)  # fmt: skip
def test_what_is_shown_is_read_as_the_number_it_says(text, value, unit, same):
    assert agrees(text, value, unit) is same
