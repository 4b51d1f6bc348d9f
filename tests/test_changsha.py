"""A fund evaluation of two years against its published report: figures, gaps and contradictions."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import yaml
from cases import ROOT, wrong_ids
from test_every_case import report as whole_report
from test_every_case import text_of

from evalbook import Evaluation, evaluate, load
from evalbook.audit import Entry
from evalbook.paths import Workbook

CASE = "changsha-2019"
DATA = ROOT / "data" / CASE
FUNDS = ("employees", "serious", "civil", "retired", "residents")
AMOUNTS = ("income", "expenditure", "surplus")
ARITHMETIC = {"sum", "balance", "rate", "rate-base", "share", "growth", "change", "months"} | {
    "sample-rate", "bounds", "paid-over-billed", "unit", "roll-forward", "disagreement",
}  # fmt: skip


@pytest.fixture(scope="session")
def changsha() -> Evaluation:
    return evaluate(load(CASE, Workbook(ROOT)))


@pytest.fixture(scope="session")
def entries(changsha) -> Mapping[str, Entry]:
    return {each.id: each for each in changsha.audit.entries}


@pytest.fixture(scope="session")
def report() -> str:
    """All that the report says, its charts by their descriptions."""
    return "\n".join(t for placed in whole_report(CASE).blocks for t in text_of(placed.block))


def typed(file: str) -> dict[str, dict[str, str]]:
    """A data file as it is typed, by row."""
    rows = csv.DictReader(io.StringIO((DATA / f"{file}.csv").read_text("utf-8-sig")))
    return {row["id"]: row for row in rows}


def amount(text: str) -> Decimal:
    """The number in a cell, whatever unit stands behind it: `2185名`, `-14,784`."""
    found = re.match(r"-?[\d,]+(\.\d+)?", text)
    assert found, text
    return Decimal(found[0].replace(",", ""))


def percent(part: Decimal, whole: Decimal, places: int) -> str:
    """A share in percent, half up: worked out without the library."""
    step = Decimal(1).scaleb(-places)
    return f"{(part / whole * 100).quantize(step, rounding=ROUND_HALF_UP)}%"


def records(changsha: Evaluation, part: str) -> dict[str, dict]:
    return {each["id"]: each for each in changsha.data[part]}


# ---- the result, the classes and the aspects


def test_the_result_is_published_without_full_marks_and_cannot_be_computed(changsha):
    assert changsha.data["score"] == {
        "total": "85.3",
        "full": None,
        "rate": None,
        "grade": "良",
        "basis": "published",
        "computed": {"total": None, "grade": None},
    }


def test_the_grade_fits_the_bands_of_the_rule_set(entries):
    assert entries["grade:case.published.grade"].verdict == "consistent"


def test_three_classes_with_their_marks_and_no_scores(changsha):
    found = [
        (each["name"], each["section"], each["full"], each["score"], each["rate"])
        for each in changsha.data["sections"]
    ]
    assert found == [
        ("组织管理类指标", "process", "50", None, None),
        ("产出类指标", "output", "30", None, None),
        ("效益类指标", "benefit", "20", None, None),
    ]
    assert {each["basis"] for each in changsha.data["indicators"]} == {"not published"}


def test_the_framework_keeps_the_eight_aspects_beside_the_classes(changsha):
    framework = changsha.case.framework
    assert len(framework.aspects) == 8
    own = {row.id: row["full_marks"].value for _, row in changsha.case.rows("indicators")}
    assert {each.id: each.full_marks for each in framework.indicators} == own
    assert sum(own.values()) == 100
    assert {each.name for each in framework.indicators}.isdisjoint(framework.aspects)


# ---- the funds, year by year


@pytest.mark.parametrize("year", [2018, 2019])
def test_every_surplus_and_every_total_of_the_funds_is_recomputed(year, entries):
    rows = {own: row for own, row in typed("funds").items() if row["period"] == str(year)}
    for own, row in rows.items():
        surplus = amount(row["income"]) - amount(row["expenditure"])
        assert surplus == amount(row["surplus"]), own
        found = entries[f"balance:funds.{own}.surplus"]
        assert (found.verdict, Decimal(found.computed)) == ("consistent", surplus)
    for column in AMOUNTS:
        parts = [amount(row[column]) for row in rows.values() if row["parent"] == f"total_{year}"]
        assert sum(parts) == amount(rows[f"total_{year}"][column])
        assert entries[f"sum:funds.total_{year}.{column}"].verdict == "consistent"
        assert entries[f"sum:funds.employees_{year}.{column}"].verdict == "consistent"


@pytest.mark.parametrize(("year", "rate"), [(2018, "18.18%"), (2019, "18.05%")])
def test_the_surplus_rates_are_those_of_the_report(year, rate, entries, changsha):
    row = typed("funds")[f"total_{year}"]
    assert percent(amount(row["surplus"]), amount(row["income"]), 2) == row["rate"] == rate
    assert entries[f"rate:funds.total_{year}.rate"].verdict == "consistent"
    assert f"{records(changsha, 'funds')[f'total_{year}']['rate']}%" == rate


@pytest.mark.parametrize(("what", "growth"), [("income", "9.71%"), ("expenditure", "9.89%")])
def test_the_growth_rates_are_those_of_the_report(what, growth, entries):
    funds, fact = typed("funds"), typed("facts")[f"{what}_2019"]
    before, now = (amount(funds[f"total_{year}"][what]) for year in (2018, 2019))
    assert percent(now - before, before, 2) == fact["growth"] == growth
    assert entries[f"growth:facts.{what}_2019.growth"].verdict == "consistent"


def test_a_fund_has_one_id_in_both_years_and_one_fund_is_missing_in_the_second():
    by_year = {
        year: {row["fund"] for row in typed("funds").values() if row["period"] == year}
        for year in ("2018", "2019")
    }
    assert by_year["2018"] - by_year["2019"] == {"maternity"}
    assert by_year["2019"] == {"employees_pooled", "total", *FUNDS}


def test_deficits_are_kept_as_negative_numbers(changsha):
    funds = records(changsha, "funds")
    assert funds["retired_2018"]["surplus"] == "-14784"
    assert funds["retired_2019"]["surplus"] == "-365"


def test_the_residents_rate_fits_only_within_the_rounding_of_its_inputs(entries):
    found = entries["rate:funds.residents_2019.rate"]
    assert (found.printed, found.computed, found.verdict) == ("26.79", "26.78", "rounding")


def test_sixteen_months_without_a_balance_are_unverifiable(entries, changsha):
    assert entries["months:funds.residents_2019.months"].verdict == "unverifiable"
    fund = records(changsha, "funds")["residents_2019"]
    assert (fund["closing"], fund["months"], fund["printed"]["months"]) == (None, None, "16")
    assert entries["order-claim:checks.months_excess"].verdict == "consistent"


# ---- the scope of the evaluation


def test_the_scope_is_two_years_of_expenditure_less_the_maternity_fund(entries):
    funds, facts = typed("funds"), typed("facts")
    both = sum(amount(funds[f"total_{year}"]["expenditure"]) for year in (2018, 2019))
    total, sampled = (amount(facts[each]["value"]) for each in ("funds_total", "funds_sampled"))
    assert (total, total - sampled) == (both, amount(funds["maternity_2018"]["expenditure"]))
    named = sum(
        amount(funds[f"{fund}_{year}"]["expenditure"]) for fund in FUNDS for year in (2018, 2019)
    )
    assert named == sampled
    for check in ("sum:checks.scope_total", "sum:checks.scope_sampled"):
        assert entries[check].verdict == "consistent"


def test_the_coverage_is_cut_off_not_rounded(entries):
    facts = typed("facts")
    total, sampled = (amount(facts[each]["value"]) for each in ("funds_total", "funds_sampled"))
    assert percent(sampled, total, 2) == "96.64%"
    found = entries["share:facts.funds_sampled.share"]
    assert (found.printed, found.verdict) == ("96.63", "rounding")


# ---- payments, samples, surveys


@pytest.mark.parametrize(
    ("row", "rate", "places"),
    [
        ("employees_2018", "77.16%", 2),
        ("employees_2019", "75.65%", 2),
        ("residents_2018", "47%", 0),
        ("residents_2019", "47%", 0),
    ],
)
def test_the_reimbursement_rates_are_those_of_the_report(row, rate, places, entries):
    printed = typed("payments")[row]
    computed = percent(amount(printed["paid"]), amount(printed["billed"]), places)
    assert computed == printed["rate"] == rate
    assert entries[f"rate:payments.{row}.rate"].verdict == "consistent"


@pytest.mark.parametrize(
    ("row", "sample", "failures", "rate", "deadline"),
    [
        ("employees_budget", 210, 2, "99%", "3月31日前"),
        ("employees_special", 230, 72, "69%", "60天内"),
        ("employees_disease", 136, 9, "93%", "60天内"),
        ("employees_maternity", 77, 2, "97%", "60天内"),
        ("residents_budget", 203, 4, "98%", "3月31日前"),
        ("residents_special", 82, 20, "76%", "60天内"),
        ("residents_disease", 60, 7, "88%", "60天内"),
        ("residents_maternity", 90, 15, "83%", "60天内"),
    ],
)
def test_the_eight_timeliness_tests(row, sample, failures, rate, deadline, entries):
    printed = typed("samples")[row]
    assert (amount(printed["sample"]), amount(printed["failures"])) == (sample, failures)
    assert percent(Decimal(sample - failures), Decimal(sample), 0) == printed["rate"] == rate
    assert printed["deadline"] == deadline
    assert entries[f"sample-rate:samples.{row}.rate"].verdict == "consistent"


def test_the_other_samples(entries, changsha):
    samples = records(changsha, "samples")
    found = {own: (samples[own]["sample"], samples[own]["failures"]) for own in samples}
    assert found["employees_forms"] == ("23", "2")
    assert found["residents_forms"] == ("20", "1")
    assert found["card"] == ("60", "6")
    assert samples["employees_forms"]["rate"] is None
    assert entries["sample-rate:samples.card.rate"].printed == "90"
    assert entries["sample-rate:samples.card.rate"].verdict == "consistent"
    assert entries["balance:checks.card_known"].verdict == "consistent"


@pytest.mark.parametrize(
    ("group", "satisfied", "basic", "rate"),
    [("employees", "86%", "1%", "87%"), ("residents", "83%", "2%", "85%")],
)
def test_satisfaction_is_satisfied_and_basically_satisfied(group, satisfied, basic, rate, entries):
    row = typed("surveys")[group]
    assert (row["satisfied"], row["basic"], row["rate"]) == (satisfied, basic, rate)
    assert amount(satisfied) + amount(basic) == amount(rate)
    assert entries[f"rate:surveys.{group}.rate"].verdict == "consistent"


def test_the_booking_rate_of_health_checks(entries):
    facts = typed("facts")
    due, booked = (amount(facts[each]["value"]) for each in ("checkups_due", "checkups_booked"))
    assert (due, booked) == (92598, 65942)
    assert percent(booked, due, 0) == facts["checkups_booked"]["share"] == "71%"
    assert entries["share:facts.checkups_booked.share"].verdict == "consistent"


# ---- what is not printed stays empty


@pytest.mark.parametrize(
    ("part", "row", "column"),
    [
        ("payments", "residents_2019", "count"),
        ("surveys", "employees", "valid"),
        ("surveys", "residents", "sent"),
        ("samples", "employees_special", "population"),
        ("samples", "employees_special", "period"),
        ("incidents", "clinic_364", "amount"),
        ("incidents", "retired_filing", "date"),
        ("incidents", "diet", "price"),
        ("documents", "fees_2019", "number"),
        ("facts", "serious_low", "value"),
        ("facts", "coverage", "of"),
    ],
)
def test_what_is_not_printed_is_null(part, row, column, changsha):
    assert records(changsha, part)[row][column] is None


def test_no_fund_has_an_opening_or_a_closing_balance(changsha):
    for fund in changsha.data["funds"]:
        assert (fund["opening"], fund["closing"], fund["monthly"]) == (None, None, None)


# ---- what does not hold


def test_people_times_price_is_not_the_amount_paid(entries):
    row = typed("incidents")["heat_2018"]
    assert amount(row["quantity"]) * amount(row["price"]) == 273125
    found = entries["product:incidents.heat_2018.amount"]
    assert (found.verdict, found.severity) == ("inconsistent", "error")
    assert (found.printed, found.computed, found.gap) == ("21.96", "27.31", "5.35")
    for words in ("2185名 × 125元/人", "21.96万元", "27.31万元"):
        assert words in found.message


def test_the_second_payment_is_its_product_in_whole_units(entries):
    row = typed("incidents")["heat_2019"]
    assert amount(row["quantity"]) * amount(row["price"]) == 180375
    assert entries["product:incidents.heat_2019.amount"].verdict == "consistent"


def test_nothing_else_that_is_printed_beside_its_parts_is_called_wrong(entries):
    """Arithmetic on the printed figures; document numbers and texts are judged elsewhere."""
    tables = ("funds.", "payments.", "samples.", "surveys.", "facts.")
    wrong = [
        each.id
        for each in entries.values()
        if each.where.startswith(tables)
        and each.kind in ARITHMETIC
        and each.verdict == "inconsistent"
        and not each.where.endswith((".name", ".number"))
    ]
    assert wrong == []


def test_one_method_is_cited_under_two_numbers():
    documents = typed("documents")
    first, again = documents["employees_method"], documents["employees_method_cited"]
    assert again["title"] in first["title"]
    assert again["same_as"] == "documents.employees_method"
    assert (first["number"], again["number"]) == ("长政办发〔2017〕1号", "长政发〔2017〕1号")


def test_one_voucher_stands_under_two_findings(changsha):
    by_voucher: dict[str, set[str]] = {}
    incidents = typed("incidents")
    for finding in changsha.data["findings"]:
        for address in finding["evidence"]:
            file, own = address.split(".")[:2]
            voucher = incidents[own]["voucher"] if file == "incidents" else ""
            if voucher:
                by_voucher.setdefault(voucher, set()).add(finding["id"])
    twice = {voucher: found for voucher, found in by_voucher.items() if len(found) > 1}
    assert twice == {"2019年12月364号": {"approvals", "slow_settlement"}}


@pytest.mark.parametrize(
    ("row", "late"),
    [
        ("contract_2018", 51),
        ("contract_2019", 141),
        ("account_2018_06", 27),
        ("account_2018_09", 10),
        ("account_2019_03", 8),
        ("account_2019_06", 5),
    ],
)
def test_days_late_against_the_deadline(row, late, changsha):
    found = records(changsha, "incidents")[row]
    assert (date.fromisoformat(found["date"]) - date.fromisoformat(found["due"])).days == late


def test_known_contradictions_are_found_by_id(entries):
    known = {
        "product:incidents.heat_2018.amount": "error",
        "orphan-finding:findings.improper": "warning",
        "orphan-finding:findings.late_accounts": "warning",
        "orphan-recommendation:recommendations.institutions": "warning",
    }
    assert {own: entries[own].severity for own in known} == known
    assert set(known) <= wrong_ids(entries.values())


# ---- findings and recommendations

ANSWERS = {
    1: [3], 2: [11], 3: [5], 4: [4], 5: [7], 6: [1, 6], 7: [], 8: [4], 9: [12], 10: [1, 12],
    11: [14], 12: [13], 13: [8, 10], 14: [5], 15: [15, 16],
}  # fmt: skip


def number_of(each: Mapping) -> int:
    return int(each["number"].removesuffix("、"))


def test_sixteen_findings_and_fifteen_recommendations_and_who_answers_whom(changsha):
    findings = {each["id"]: number_of(each) for each in changsha.data["findings"]}
    assert list(findings.values()) == list(range(1, 17))
    found = {
        number_of(each): [findings[answer] for answer in each["answers"]]
        for each in changsha.data["recommendations"]
    }
    assert found == ANSWERS


def test_the_orphans_are_those_that_nobody_answers(changsha, entries):
    answered = {finding for answers in ANSWERS.values() for finding in answers}
    orphans = {
        number_of(each)
        for each in changsha.data["findings"]
        if entries[f"orphan-finding:findings.{each['id']}"].verdict == "inconsistent"
    }
    assert orphans == set(range(1, 17)) - answered == {2, 9}


def test_every_finding_but_the_qualitative_one_has_evidence(changsha):
    bare = [number_of(each) for each in changsha.data["findings"] if not each["evidence"]]
    assert bare == [11]


# ---- the text


def test_the_printed_headings_are_complete_and_without_a_gap(changsha, entries):
    by_part = {each.id: each for each in changsha.case.texts}
    assert [f"step_{n}" in by_part for n in range(1, 13)] == [True] * 12
    assert [f"h7_{n}" in by_part for n in range(1, 17)] == [True] * 16
    assert [f"h8_{n}" in by_part for n in range(1, 16)] == [True] * 15
    gaps = [e.id for e in entries.values() if e.kind == "heading-gap" and e.verdict != "consistent"]
    assert gaps == []


def test_no_figure_of_the_tables_is_typed_into_the_prose():
    """Dates, document numbers and ordinals aside, figures stand as addresses."""
    texts = yaml.safe_load((DATA / "text.yaml").read_text("utf-8"))["headings"]
    findings = yaml.safe_load((DATA / "findings.yaml").read_text("utf-8"))
    prose = [each.get("text", "") for each in texts]
    prose += [text for each in findings["findings"] for text in each.get("causes", [])]
    prose += [each.get("text", "") for each in findings["recommendations"]]
    units = "%|万元|元|人|家|份|条|例|名|种|个月|个百分点"
    typed_in = re.compile(rf"(?<![〔第\d])\d[\d,.]*\s*(?:{units})")
    assert [found[0] for text in prose if (found := typed_in.search(text))] == []


@pytest.mark.parametrize(
    "words",
    [
        "85.3分", "18.18%", "18.05%", "9.71%", "9.89%", "-14,784", "1,103,801.00万元", "96.63%",
        "第十二步", "风控管理", "2019年12月364号", "2018-07-17", "60天内", "长政发〔2017〕1号",
        "77.16%", "87%", "71%", "（无）",
    ],
)  # fmt: skip
def test_the_report_shows_what_a_reader_looks_for(words, report):
    assert words in report


# ---- planted errors


@pytest.fixture
def copy(tmp_path: Path) -> Workbook:
    """A copy of the case to spoil."""
    for folder in ("params", f"data/{CASE}"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return Workbook(tmp_path)


def flips(count: int) -> list[tuple[str, str, str]]:
    """Seeded misprints of one digit in the amounts of the funds."""
    rng = random.Random(2019)
    cells = [(own, c, row[c]) for own, row in typed("funds").items() for c in AMOUNTS]
    planted = []
    for own, column, text in rng.sample(cells, count):
        at = rng.choice([n for n, letter in enumerate(text) if letter.isdigit()])
        digit = rng.choice([d for d in "0123456789" if d != text[at]])
        planted.append((own, column, text[:at] + digit + text[at + 1 :]))
    return planted


def test_a_misprinted_amount_of_a_fund_is_never_overlooked(copy, changsha):
    path = copy.data(CASE) / "funds.csv"
    before = {each.id: each.verdict for each in changsha.audit.entries}
    for own, column, text in flips(12):
        rows = typed("funds")
        rows[own][column] = text
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[own]))
            writer.writeheader()
            writer.writerows(rows.values())
        after = evaluate(load(CASE, copy)).audit.entries
        changed = {
            each.verdict
            for each in after
            if before.get(each.id) != each.verdict
            and any(f"funds.{own}." in address for address in (each.where, *each.inputs))
        }
        assert changed & {"inconsistent", "rounding"}, (own, column, text)
