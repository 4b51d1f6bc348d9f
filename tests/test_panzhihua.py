"""A self-evaluation with three nested projects against its published report."""

from __future__ import annotations

import csv
import re
from decimal import Decimal

import pytest
from cases import ROOT

from evalbook import evaluate, load
from evalbook.lookup import find, place
from evalbook.paths import Workbook

CASE = "panzhihua-2020"
FOLDER = ROOT / "data" / CASE
PARTS = ("operating", "drg", "capability")
ARITHMETIC = {
    "sum",
    "balance",
    "rate",
    "rate-base",
    "share",
    "change",
    "growth",
    "product",
    "budget-line",
    "bounds",
    "paid-over-billed",
    "unit",
}

WRONG_FIGURES = {
    # 774.83 + 213.55 = 988.38, the whole year is printed as 1013.49
    "budget.total.adjusted",
    # 49 + 110 + 95 + 8 = 262, printed 213
    "budget.t2_total.executed",
    # 2.55 万元 paid of 2.62 元 billed
    "payments.veterans.paid",
    # said to be shares of the net value 13.06, but fit the original value 66.63
    "facts.assets_general.share",
    "facts.assets_furniture.share",
}
WRONG_WORDS = {
    # 劳社部发〔1999〕23号 is dated 1996-06-29
    "impossible-date:parts.operating.documents.settlement.number": "error",
    # 说明项目资金申报、批复及预算调整等程序的相关情况
    "unfilled:parts.operating.text.h2_1_prompt.title": "error",
    "unfilled:parts.capability.text.h2_1_prompt.title": "error",
    # one recommendation, word for word in two projects, for no finding
    "orphan-recommendation:parts.operating.recommendations.approvals": "warning",
    "orphan-recommendation:parts.capability.recommendations.approvals": "warning",
    # the self-evaluation forms
    **{f"missing-attachment:source.a{number}": "warning" for number in range(1, 6)},
    # one fund under several names: 省级专项拨款 is 中央财政……补助资金
    "disagreement:budget.t2_capability.name": "note",
    "disagreement:budget.t2_drg.name": "note",
    "disagreement:budget.t2_fee.name": "note",
    "disagreement:budget.t3_drg.name": "note",
    "disagreement:parts.capability.budget.allotment.name": "note",
    # paragraphs of 三（一）1 printed again in 三（一）2 and 三（二）, and in the project reports
    "duplicate-text:text.h3_1_2_work.text": "warning",
    "duplicate-text:text.h3_2_2_1.text": "warning",
    "duplicate-text:parts.capability.recommendations.approvals.text": "warning",
}
UNVERIFIABLE = {
    "grade:case.published.grade",
    # two points above a target that is not printed
    "change:facts.insured_rate.change",
    "rate:facts.insured_rate.value",
    "rate:facts.poor_rate.value",
    "rate:facts.expansion.value",
    "rate:facts.chs_in_group.value",
    "rate:facts.chs_riv.value",
    # among the first of 30 cities, no rank given
    "order-claim:checks.pilot_rank",
    # in full, but no amount
    "share:parts.operating.facts.in_place.share",
    # no survey
    "rate:parts.drg.indicators.satisfaction.actual",
    "rate:parts.capability.indicators.satisfaction.actual",
    # no figure of 2019
    "growth:parts.capability.facts.employees_2020.growth",
    "growth:parts.capability.facts.residents_2020.growth",
}
# The headings under which the same paragraphs stand, first and second place.
PRINTED_TWICE = [
    ("h3_1_1_2", "h3_1_2_work"),
    ("h3_1_1_3", "h3_2_2_1"),
    ("h3_1_1_3_platform", "h3_2_2_2"),
    ("h3_1_1_5", "h3_2_4_1"),
    ("h3_1_1_5_gene", "h3_2_4_2"),
    ("h3_1_1_5_checks", "h3_2_4_3"),
]


@pytest.fixture(scope="module")
def panzhihua():
    return evaluate(load(CASE, Workbook(ROOT)))


@pytest.fixture(scope="module")
def entries(panzhihua):
    return {each.id: each for each in panzhihua.audit.entries}


@pytest.fixture(scope="module")
def parts(panzhihua):
    return {each["case"]: each for each in panzhihua.data["parts"]}


def row(records, own):
    return next(each for each in records if each["id"] == own)


def shown(panzhihua, address):
    return find(panzhihua.case, address).shown


# ---- the result


def test_a_grade_is_published_without_a_score(panzhihua, parts):
    assert panzhihua.data["score"] == {
        "total": None,
        "full": None,
        "rate": None,
        "grade": "良好",
        "basis": None,
        "computed": {"total": None, "grade": None},
    }
    assert panzhihua.data["framework"] is None
    for part in parts.values():
        assert (part["score"]["total"], part["score"]["grade"]) == (None, None)


def test_the_three_projects_are_nested_in_printed_order(panzhihua, parts):
    assert tuple(parts) == PARTS
    for part in parts.values():
        assert set(part) == set(panzhihua.data) - {"parts"}
        assert (part["kind"], part["stance"], part["period"]) == ("project", "self", "2020")
    assert "业务运行费及追加工作经费" in parts["operating"]["title"]
    assert "DRG医保付费方式改革" in parts["drg"]["title"]
    assert "中央财政医疗服务与保障能力提升" in parts["capability"]["title"]


# ---- money


def test_the_budget_from_approval_to_completion(panzhihua):
    lines = panzhihua.data["budget"]
    total = row(lines, "total")
    assert [total[c] for c in ("budget", "adjustment", "adjusted", "executed", "rate")] == [
        "774.83",
        "213.55",
        "1013.49",
        "1013.49",
        "100.00",
    ]
    basic = [row(lines, own)["budget"] for own in ("basic", "wages", "goods", "individuals")]
    assert basic == ["725.83", "620.23", "89.65", "15.95"]
    assert row(lines, "projects")["budget"] == "49"
    added = [row(lines, own)["adjustment"] for own in ("fee", "committee", "provincial", "drg")]
    assert added == ["95", "0.55", "8", "110"]
    assert sum(map(Decimal, added)) == Decimal("213.55")


@pytest.mark.parametrize("line", ["total.budget", "total.adjustment", "basic.budget"])
def test_the_lines_of_the_budget_add_up(entries, line):
    assert entries[f"sum:budget.{line}"].verdict == "consistent"


def test_project_spending_is_arranged_as_added_and_is_a_fifth_of_the_whole(panzhihua, entries):
    arranged = {each["id"]: each for each in panzhihua.data["budget"] if each["table"] == "t2"}
    assert [arranged[f"t2_{own}"]["budget"] for own in ("total", "drg", "fee", "capability")] == [
        "213",
        "110",
        "95",
        "8",
    ]
    spent = [each["executed"] for each in arranged.values()]
    assert spent == ["213", "49", "110", "95", "8"]
    assert entries["share:budget.t2_total.share"].verdict == "consistent"
    assert arranged["t2_total"]["share"] == "21.02"
    for own in ("fee", "provincial", "drg"):
        assert entries[f"disagreement:checks.{own}_arranged"].verdict == "consistent"


FUNDS = ("applied", "planned", "budget", "in_place", "executed", "rate")


@pytest.mark.parametrize(
    ("part", "printed", "use_rate"),
    [
        ("operating", [None, "144", None, None, "144", "100.00"], "100"),
        ("drg", ["120", "120", "110", "110", "110", "100.00"], None),
        ("capability", [None, "8", None, "8", "8", "100.00"], "100"),
    ],
)
def test_the_funds_of_each_project(parts, part, printed, use_rate):
    total = row(parts[part]["budget"], "total")
    assert [total[column] for column in FUNDS] == printed
    assert total["printed"]["rate"] == use_rate


def test_the_rates_of_funds_in_place(panzhihua, entries):
    for part in ("operating", "capability"):
        assert shown(panzhihua, f"parts.{part}.facts.in_place.share") == "100%"
    assert entries["share:parts.capability.facts.in_place.share"].verdict == "consistent"
    assert entries["share:parts.operating.facts.in_place.share"].verdict == "unverifiable"


def test_what_the_projects_spent_is_what_the_department_says(entries):
    for same in (
        "disagreement:budget.t2_drg.budget=parts.drg.budget.total.budget",
        "disagreement:budget.t2_drg.executed=parts.drg.budget.total.executed",
        "disagreement:budget.t2_capability.executed=parts.capability.budget.total.executed",
        "sum:checks.operating_executed",
        "disagreement:facts.posters.value=parts.operating.facts.posters.value",
        "disagreement:facts.leaflets.value=parts.operating.facts.leaflets.value",
    ):
        assert entries[same].verdict == "consistent", same


def test_the_contract_of_the_drg_project(panzhihua, entries):
    assert shown(panzhihua, "parts.drg.incidents.contract.amount") == "443万元"
    assert shown(panzhihua, "parts.drg.incidents.build.amount") == "83万元"
    assert shown(panzhihua, "parts.drg.incidents.service.price") == "120万元/年"
    assert shown(panzhihua, "parts.drg.facts.instalment_june.value") == "60%"
    assert shown(panzhihua, "parts.drg.facts.instalment_december.value") == "40%"
    for own in (
        "sum:parts.drg.checks.contract",
        "product:parts.drg.incidents.service.amount",
        "sum:parts.drg.checks.instalments",
        "disagreement:parts.drg.checks.applied",
    ):
        assert entries[own].verdict == "consistent", own


def test_the_use_and_the_allotment_of_the_central_subsidy(parts, entries):
    lines = parts["capability"]["budget"]
    assert [row(lines, own)["executed"] for own in ("travel", "labour")] == ["6.45", "1.55"]
    assert [row(lines, own)["planned"] for own in ("allotment", "bureau", "center")] == [
        "73",
        "65",
        "8",
    ]
    for own in ("total.executed", "allotment.planned"):
        assert entries[f"sum:parts.capability.budget.{own}"].verdict == "consistent"


# ---- what else is printed


def test_reimbursements_as_printed(panzhihua):
    found = {each["id"]: each for each in panzhihua.data["payments"]}
    table = {own: [each["count"], each["billed"], each["paid"]] for own, each in found.items()}
    assert table == {
        "drg_2019": ["223151", "149570.12", "89000"],
        "drg_2019_again": ["223151", "149570.12", "89000"],
        "inpatient": ["2771", "3507.16", "1762.23"],
        "chronic": ["4092", "706.55", "340.69"],
        "maternity": ["86", None, "184.95"],
        "retired": ["338", "158.64", "144.68"],
        "veterans": ["13", "0.000262", "2.55"],  # 2.62 元, in the unit of its row
        "single": ["438", "536.50", "317.82"],
        "outside": ["128", "216.23", "161.35"],
    }
    assert {each["unit"] for each in found.values()} == {"万元"}
    assert shown(panzhihua, "payments.veterans.billed") == "2.62元"
    assert shown(panzhihua, "payments.veterans.paid") == "2.55万元"


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("facts.posts.value", "45人"),
        ("facts.staff.value", "40人"),
        ("facts.assets_net.value", "13.06万元"),
        ("facts.assets_general.share", "66.17%"),
        ("facts.project_change.change", "-34.11万元"),
        ("facts.project_change.growth", "-10.27%"),
        ("facts.insured.value", "68.61万人"),
        ("facts.visits.value", "7200余人次"),
        ("facts.chs_cv.value", "小于0.8"),
        ("facts.city_penalty.value", "199.43万元"),
        ("parts.operating.facts.booklets.value", "17万册"),
        ("parts.drg.facts.work.value", "50余次"),
        ("parts.capability.facts.employees_2019.change", "-0.6亿元"),
        ("parts.capability.facts.rescue.value", "不少于70%"),
        ("parts.capability.facts.violations.value", "412.55万元"),
    ],
)
def test_single_figures_as_printed(panzhihua, address, text):
    assert shown(panzhihua, address) == text


def test_every_figure_printed_twice_agrees(panzhihua, entries):
    again = [each["id"] for each in panzhihua.data["facts"] if each["id"].endswith("_again")]
    assert len(again) == 28
    for own in again:
        pair = f"disagreement:facts.{own}.value=facts.{own.removesuffix('_again')}.value"
        assert pair in entries or row(panzhihua.data["facts"], own)["value"] is None, own
        assert pair not in entries or entries[pair].verdict == "consistent", own


def test_what_is_not_printed_is_null(panzhihua, parts):
    assert row(panzhihua.data["facts"], "clues")["value"] is None  # 7212, or 2019-07 and 212
    assert row(panzhihua.data["facts"], "project_change")["of"] in (None, [], "")
    assert row(panzhihua.data["budget"], "basic")["executed"] is None
    assert row(panzhihua.data["budget"], "committee")["executed"] is None
    for own in ("auditors", "publicity", "travel", "records"):
        assert row(parts["operating"]["budget"], own)["executed"] is None
    assert panzhihua.data["indicators"] == []
    for part in parts.values():
        assert {each["score"] for each in part["indicators"]} == {None}
        assert {each["full"] for each in part["indicators"]} == {None}
        assert {each["target"] for each in part["indicators"]} == {None}


def test_outcomes_are_grouped_as_the_projects_group_them(parts):
    def names(part, parent):
        return [each["path"][-1] for each in parts[part]["indicators"] if each["parent"] == parent]

    three = ["数量指标", "质量指标", "时效指标"]
    assert names("operating", "completion") == names("capability", "completion") == three
    assert names("operating", "effects") == ["社会效益", "可持续影响", "服务对象满意度"]
    assert names("drg", "effects") == ["经济效益", "社会效益", "可持续效益", "服务对象满意度"]


# ---- findings


def test_findings_and_recommendations_of_each_level(panzhihua, parts):
    levels = {"": panzhihua.data} | parts
    answered = {
        name: {each["id"]: each["recommendations"] for each in level["findings"]}
        for name, level in levels.items()
    }
    assert answered == {
        "": {"goals": ["awareness", "training", "cooperation"]},
        "operating": {},
        "drg": {"pilot": ["adjust"]},
        "capability": {},
    }
    for name in ("operating", "capability"):
        assert [each["answers"] for each in parts[name]["recommendations"]] == [[]]
    one, other = (parts[name]["recommendations"][0] for name in ("operating", "capability"))
    assert one["title"] == other["title"]


# ---- the audit


def test_the_figures_that_do_not_hold_are_those_an_auditor_finds(entries):
    wrong = {
        each.where: each.severity
        for each in entries.values()
        if each.kind in ARITHMETIC and each.verdict == "inconsistent"
    }
    # a fall that implies another year before may be found too, nothing else
    found = {where: wrong[where] for where in wrong if "project_change" not in where}
    assert found == dict.fromkeys(WRONG_FIGURES, "error")


def test_the_words_that_do_not_hold(entries):
    found = {own: entries[own].severity for own in WRONG_WORDS if own in entries}
    assert found == WRONG_WORDS
    assert {entries[own].verdict for own in WRONG_WORDS} == {"inconsistent"}


def test_what_cannot_be_checked_is_said_to_be_so(entries):
    assert {own: entries[own].verdict for own in UNVERIFIABLE} == dict.fromkeys(
        UNVERIFIABLE, "unverifiable"
    )


def test_a_fall_without_last_year_is_never_called_right(entries):
    """34.11 less than last year makes 13.80 %, not 10.27 %; last year is not printed."""
    for own in ("change:facts.project_change.change", "growth:facts.project_change.growth"):
        assert own not in entries or entries[own].verdict != "consistent"


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("sum:budget.total.adjusted", ["774.83万元 + 213.55万元", "988.38万元", "25.11万元"]),
        ("sum:budget.t2_total.executed", ["49 + 110 + 95 + 8", "262万元", "213万元", "49万元"]),
        ("paid-over-billed:payments.veterans.paid", ["2.55万元", "2.62元", "不成立"]),
        (
            "impossible-date:parts.operating.documents.settlement.number",
            ["劳社部发〔1999〕23号", "1996-06-29"],
        ),
        ("missing-attachment:source.a1", ["附件1", "没有附上"]),
        ("unfilled:parts.capability.text.h2_1_prompt.title", ["说明项目资金申报", "没有填写"]),
    ],
)
def test_each_message_gives_its_figures(entries, own, words):
    assert [word for word in words if word not in entries[own].message] == []


def test_shares_of_assets_are_held_against_the_net_value_they_name(panzhihua):
    for own in ("general", "furniture"):
        at = f"facts.assets_{own}.share"
        (found,) = (each for each in panzhihua.audit.entries if each.where == at)
        assert found.verdict == "inconsistent"
        assert "13.06万元" in found.message


def test_no_heading_number_is_skipped_at_any_level(panzhihua, entries):
    numbered = [
        f"heading-gap:{case.prefix}text.{each.id}.number"
        for case in (panzhihua.case, *panzhihua.case.parts)
        for each in case.texts
        if each.number
    ]
    assert len(numbered) > 100
    assert [own for own in numbered if entries[own].verdict != "consistent"] == []


# ---- the text of the case


def test_paragraphs_printed_twice_stand_under_both_headings_and_are_shown_once(panzhihua):
    texts = {each.id: each for each in panzhihua.case.texts}
    for first, second in PRINTED_TWICE:
        assert texts[first].text == texts[second].text
        assert texts[first].slot
        assert texts[second].slot is None


_NO_FIGURE = re.compile(
    r"\{[^}]*\}|〔\d+〕\d+号|20\d\d(年度?(\d+月(\d+日前?)?)?)?|\d+月\d+日|附件\d|CHS-DRG1\.0|“[^”]*”"
)


def test_no_figure_is_typed_into_a_text(panzhihua):
    for case in (panzhihua.case, *panzhihua.case.parts):
        for each in case.texts:
            rest = _NO_FIGURE.sub("", each.text or "")
            assert not re.search(r"\d", rest), (case.id, each.id, rest)


def test_every_cell_with_a_figure_has_a_unit_or_needs_none(panzhihua):
    for case in (panzhihua.case, *panzhihua.case.parts):
        for table, line in case.rows("facts"):
            at = place(case, table, line, "value")
            assert at.cell.value is None or at.unit or line.id == "chs_cv", line.id


def test_tables_can_be_opened_in_excel():
    files = sorted(FOLDER.rglob("*.csv"))
    assert len(files) == 4 + 4 + 5 + 4
    for path in files:
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path
        with path.open(encoding="utf-8-sig", newline="") as file:
            widths = {len(line) for line in csv.reader(file)}
        assert len(widths) == 1, path


def test_what_stands_at_a_day_is_no_sum_up_to_it(panzhihua):
    for _, row in panzhihua.case.rows("facts"):
        if row.id.startswith("platform_"):
            assert row["period"].text == "2020-12-31", row.id


def test_nobody_commissioned_the_self_evaluation(panzhihua):
    assert panzhihua.case.params.commissioned_by is None


def test_projects_have_short_names(panzhihua):
    assert all(len(part.case.called) <= 12 for part in panzhihua.parts)


def test_a_negative_change_is_not_said_to_be_more_or_less(panzhihua):
    for case in (panzhihua.case, *panzhihua.case.parts):
        assert not any("增减{" in (entry.text or "") for entry in case.texts)
