"""The two published forms: read as a person read them, judged, and written back."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from cases import ROOT

from evalbook import Evaluation, evaluate, load
from evalbook.commands import main
from evalbook.forms.exporting import export_form
from evalbook.forms.importing import import_forms
from evalbook.model import Row
from evalbook.paths import Workbook

HERE = Path(__file__).parent
PUBLISHED = yaml.safe_load((HERE / "published.yaml").read_text("utf-8"))["forms"]
CASES = {
    "jishan-2020": "jishan-2020-yibao-jiandanglika",
    "yongde-2022": "yongde-minglang-2022-yingyang",
}
HELD = "评价项目的内容全部在表里，再导入得到同样的评价项目。"


@pytest.fixture(scope="module", params=CASES)
def case(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def printed(case) -> dict[str, Any]:
    """What a person read off the form."""
    (found,) = (form for form in PUBLISHED if form["slug"] == CASES[case])
    return found


@pytest.fixture(scope="module")
def ev(case) -> Evaluation:
    return evaluate(load(case, Workbook(ROOT)))


def case_files(book: Workbook, case: str) -> dict[str, Path]:
    files = {path.name: path for path in book.data(case).iterdir()}
    return files | {"params": book.case_file(case)}


def differing(book: Workbook, case: str) -> list[str]:
    """The files of a case that are not, byte for byte, those of the real workbook."""
    kept, made = case_files(Workbook(ROOT), case), case_files(book, case)
    assert sorted(made) == sorted(kept)
    return [name for name in kept if not filecmp.cmp(kept[name], made[name], shallow=False)]


def test_the_case_is_what_the_command_makes_of_the_form(case, book):
    assert main(["import", str(HERE / f"{CASES[case]}.xlsx"), "--case", case]) == 0
    assert differing(book, case) == []


def test_an_xls_makes_the_same_case(book):
    assert main(["import", str(HERE / f"{CASES['yongde-2022']}.xls"), "--case", "yongde-2022"]) == 0
    assert differing(book, "yongde-2022") == ["source.yaml"]


def test_every_figure_is_as_printed(ev, printed):
    params, budget = ev.case.params, printed["budget"]
    assert params.department == printed["department"]
    assert params.unit == printed["unit_org"]
    assert params.period == str(printed["year"])
    assert params.money_unit == printed["money_unit"]
    assert params.published.score == printed["printed_total_score"]
    assert params.published.full == printed["printed_total_full"]
    assert params.published.grade == printed["printed_grade"]
    total, execution = (row_of(ev, address) for address in ("budget.total", "indicators.execution"))
    assert total["budget"].state == "blank"
    assert total["adjusted"].text == str(budget["full_year"])
    assert total["executed"].text == str(budget["executed"])
    assert total["rate"].text == budget["rate_printed"]
    assert execution["full_marks"].text == str(budget["full_marks"])
    assert execution["score"].text == str(budget["score"])


def test_every_indicator_is_as_printed(ev, printed):
    found = [
        {
            "level1": row_of(
                ev, f"indicators.{row_of(ev, f'indicators.{row.parent}').parent}"
            ).name,
            "level2": row_of(ev, f"indicators.{row.parent}").name,
            "level3": row.name,
            "target": row["target"].text,
            "actual": row["actual"].text,
            "full_marks": row["full_marks"].text,
            "score": row["score"].text,
            "direction": row["direction"].text or None,
            "deviation_reason": row["reason"].text or None,
        }
        for _, row in ev.case.rows("indicators")
        if row["target"].text
    ]
    marks = {"full_marks", "score"}
    expected = [
        {key: str(value) if key in marks else value for key, value in each.items()}
        for each in printed["indicators"]
    ]
    assert found == expected


def row_of(ev: Evaluation, address: str) -> Row:
    found = ev.case.find(*address.split("."))
    assert found
    return found[1]


def test_the_marks_of_level_1_are_those_written_into_its_cells(ev, printed):
    written = printed.get("printed_l1_weights", {})
    roots = [row for table in ev.case.of_kind("indicators") for row in table.roots()]
    found = {row.name: row["full_marks"].value for row in roots if row.id != "execution"}
    assert {name: marks for name, marks in found.items() if marks is not None} == written


WRONG = {
    "jishan-2020": {
        "sum:case.published.score": "按 9 + 13 + 15 + 10 + 10 + 27 + 9 复算为 93分",
        "execution-score:indicators.execution.score": "复算为 9.91分",
        "proportion:indicators.quantity_1.score": "按 15 × 8676 ÷ 8755 复算为 14.86分",
        "met-but-deducted:indicators.social_1.reason": "达到指标值 95%，扣 3 分，没有说明原因",
        "met-but-deducted:indicators.satisfied_1.reason": "达到指标值 95%，扣 1 分，没有说明原因",
    },
    "yongde-2022": {
        "met-but-deducted:indicators.timeliness_1.reason": "扣 3 分，没有说明原因",
        "missing-reason:indicators.social_1.reason": "没有达到指标值 ═100%，扣 1 分",
    },
}


def test_marks_and_reasons_that_do_not_hold_are_listed(ev, case):
    found = {entry.id: entry.message for entry in ev.audit.problems}
    for entry, text in WRONG[case].items():
        assert text in found[entry]


def test_a_message_points_to_the_cell(ev):
    places = {entry.place for entry in ev.audit.problems if "indicators." in entry.where}
    assert places
    assert all(place[0] in "DI" and place[1:].isdigit() for place in places)


@pytest.mark.parametrize("row", ["quantity_1", "quality_1", "cost_1", "satisfied_2"])
def test_what_holds_is_not_called_wrong(row):
    ev = evaluate(load("yongde-2022", Workbook(ROOT)))
    wrong = [e.message for e in ev.audit.problems if e.where.startswith(f"indicators.{row}.")]
    assert wrong == []


def test_the_form_comes_back_and_with_it_the_case(case, tmp_path, book):
    """import(export(case)) = case, but for the hash and the name of the file it was read from."""
    form = tmp_path / "form.xlsx"
    assert export_form(case, form, Workbook(ROOT))[1:] == [HELD]
    import_forms(form, case, book)
    assert differing(book, case) == ["source.yaml"]
    sources = (each.data(case) / "source.yaml" for each in (Workbook(ROOT), book))
    before, after = (path.read_text("utf-8") for path in sources)
    lines = zip(before.splitlines(), after.splitlines(), strict=True)
    changed = [old for old, new in lines if old != new]
    assert [line[:8] for line in changed] == ["# 由 eval", "sha256: "]


def test_the_official_form_has_the_cells_of_the_published_one(case, tmp_path):
    """Same cells at the same addresses, same merged ranges: it is the annex's layout."""
    form = tmp_path / "form.xlsx"
    export_form(case, form, Workbook(ROOT))
    ours, theirs = (
        openpyxl.load_workbook(path).active for path in (form, HERE / f"{CASES[case]}.xlsx")
    )
    assert set(map(str, ours.merged_cells.ranges)) == set(map(str, theirs.merged_cells.ranges))
    assert texts(ours) == texts(theirs)


def texts(sheet: Any) -> dict[str, str]:
    return {
        cell.coordinate: str(cell.value).strip()
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
