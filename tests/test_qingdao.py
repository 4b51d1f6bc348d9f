"""The real case against its published report: what must come out, figure by figure."""

from __future__ import annotations

import csv
import io
import os
import random
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal

import pytest
from cases import ROOT, wrong_ids

from evalbook import evaluate, load
from evalbook.lookup import find, find_row
from evalbook.paths import Workbook

CASE = "qingdao-2019"
BUDGET = ROOT / "data" / CASE / "budget.csv"
AMOUNTS = ("budget", "adjusted", "due", "in_place", "executed", "balance")
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
TWO_PLACES = re.compile(r"-?\d+\.\d\d")

# What an auditor finds on reading the report, and nothing else.
ROUNDINGS = {
    # 116.99 + 160 = 276.99, the department's table prints 276.98; the balance likewise 0.01 off
    "sum:checks.transfer_executed",
    "balance:checks.transfer_balance",
}
UNVERIFIABLE = {
    # last year's spending is not printed
    "growth:facts.serious_illness.growth",
    "growth:facts.inpatient.growth",
    "growth:facts.outpatient.growth",
    # neither the costs nor the procurement, the tasks or the questionnaires are printed
    "rate:facts.inpatient_cover.value",
    "rate:indicators.procurement_rate.actual",
    "rate:indicators.key_work.actual",
    "rate:indicators.beneficiary_satisfaction.actual",
    # the highest in the province, but nothing of the other cities
    "order-claim:checks.subsidy_highest",
    "order-claim:checks.cover_highest",
}
INCONSISTENT = {
    # 21.54 + 53.62 − 49.33 = 25.83, printed 21.55: the months payable rest on it
    "roll-forward:funds.residents_2019.closing": "error",
    # 0.16 is 0.30 % of 53.62, printed as about 1 %
    "share:facts.reduction.share": "error",
    # six to nine months were written for the employees' fund
    "rule-scope:indicators.months_payable.target": "warning",
    # the score sheet that the text rests on was not published
    "missing-attachment:source.score_sheet": "warning",
    # 业务经费 in one table, 专项经费 in the other
    "disagreement:budget.t4_total.name": "note",
    # the same 904 under two names
    "disagreement:facts.transfer_total.name": "note",
    # （2） where （二） was meant
    "heading-gap:text.h1_2.number": "note",
    # [2018] in square brackets among 〔〕
    "disagreement:documents.authority.number": "note",
}


@pytest.fixture(scope="session")
def entries(qingdao):
    return {each.id: each for each in qingdao.audit.entries}


@pytest.fixture(scope="session")
def printed() -> dict[str, dict[str, str]]:
    """The five tables as they are typed, by row."""
    rows = csv.DictReader(io.StringIO(BUDGET.read_text("utf-8-sig")))
    return {row["id"]: row for row in rows}


def half_up(value: Decimal, places: int = 2) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


# ---- the result


def test_the_total_and_the_grade_are_those_of_the_report(qingdao):
    assert qingdao.data["score"] == {
        "total": "90.31",
        "full": "100",
        "rate": "90.31",
        "grade": "优",
        "basis": "published",
        "computed": {"total": "90.31", "grade": "优"},
    }


def test_the_four_sections_are_those_of_the_report(qingdao):
    found = [
        (each["name"], each["section"], each["score"], each["full"], each["rate"])
        for each in qingdao.data["sections"]
    ]
    assert found == [
        ("投入", "budget", "10", "10", "100.00"),
        ("过程", "process", "26.32", "30", "87.73"),
        ("产出", "output", "25.01", "30", "83.37"),
        ("效益", "benefit", "28.98", "30", "96.60"),
    ]


# ---- every figure of the five tables, worked out again without the library


def test_every_printed_rate_is_recomputed_and_fits(printed, entries, qingdao):
    in_json = {each["id"]: each["rate"] for each in qingdao.data["budget"]}
    for own, row in printed.items():
        part = row["in_place"] or row["executed"]
        whole = row["due"] or row["adjusted"] or row["budget"]
        rate = half_up(Decimal(part) / Decimal(whole) * 100)
        assert f"{rate}%" == row["rate"], own
        assert in_json[own] == str(rate), own
        assert entries[f"rate:budget.{own}.rate"].computed == str(rate)
        assert entries[f"rate:budget.{own}.rate"].verdict == "consistent"


def test_every_printed_balance_is_recomputed_and_fits(printed, entries):
    for own, row in printed.items():
        taken = Decimal(row["in_place"] or row["executed"])
        balance = Decimal(row["due"] or row["adjusted"] or row["budget"]) - taken
        assert balance == Decimal(row["balance"]), own
        found = entries[f"balance:budget.{own}.balance"]
        assert (found.verdict, Decimal(found.computed)) == ("consistent", balance)


def test_every_printed_subtotal_and_total_is_recomputed_and_fits(printed, entries):
    parents = {row["parent"] for row in printed.values() if row["parent"]}
    assert parents == {
        "total",
        "special",
        "t2_total",
        "t3_total",
        "t4_total",
        "t4_business",
        "t4_fund",
    }
    checked = 0
    for parent in parents:
        for column in AMOUNTS:
            parts = [
                Decimal(r[column]) for r in printed.values() if r["parent"] == parent and r[column]
            ]
            if parts:
                assert sum(parts) == Decimal(printed[parent][column]), f"{parent} {column}"
                found = entries[f"sum:budget.{parent}.{column}"]
                assert (found.verdict, Decimal(found.computed)) == ("consistent", sum(parts))
                checked += 1
    assert checked == 2 * 4 + 5 * 3


def test_nothing_of_the_five_tables_is_called_wrong(entries):
    table_kinds = {"sum", "balance", "rate", "rate-base", "budget-line", "bounds", "unit"}
    wrong = [
        each.id
        for each in entries.values()
        if each.where.startswith("budget.")
        and each.kind in table_kinds
        and each.verdict not in {"consistent", "rounding"}
    ]
    assert wrong == []


def test_the_months_payable_follow_from_the_printed_balance(qingdao, entries):
    (fund,) = qingdao.data["funds"]
    assert (fund["months"], fund["printed"]["months"]) == ("5.24", "5.24")
    assert entries["months:funds.residents_2019.months"].verdict == "consistent"
    assert entries["months:funds.residents_2019.monthly"].computed == "4.11"
    assert entries["balance:funds.residents_2019.surplus"].verdict == "consistent"  # 4.29 as 4.3


# ---- the audit


def test_at_least_120_relations_are_checked(qingdao):
    audit = qingdao.data["audit"]
    assert audit["checked"] == len(audit["entries"]) >= 120
    counts = ("consistent", "rounding", "unverifiable", "inconsistent")
    assert sum(audit[verdict] for verdict in counts) == audit["checked"]
    for verdict in counts:
        assert audit[verdict] == sum(each["verdict"] == verdict for each in audit["entries"])


def test_what_does_not_add_up_is_exactly_what_an_auditor_finds(entries):
    found = {each.id: each.verdict for each in entries.values() if each.verdict != "consistent"}
    assert found == (
        dict.fromkeys(ROUNDINGS, "rounding")
        | dict.fromkeys(UNVERIFIABLE, "unverifiable")
        | dict.fromkeys(INCONSISTENT, "inconsistent")
    )


def test_how_severe_each_of_it_is(entries):
    assert {own: entries[own].severity for own in INCONSISTENT} == INCONSISTENT
    assert {entries[own].severity for own in ROUNDINGS | UNVERIFIABLE} == {"note"}


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (
            "roll-forward:funds.residents_2019.closing",
            [
                "四（三）",
                "累计结余印为 21.55亿元",
                "21.54亿元 + 53.62亿元 − 49.33亿元",
                "25.83亿元",
                "4.28亿元",
            ],
        ),
        ("share:facts.reduction.share", ["五（三）", "1%左右", "0.16亿元 ÷ 53.62亿元", "0.30%"]),
        ("rule-scope:indicators.months_payable.target", ["6-9个月", "职工", "城乡居民"]),
        (
            "disagreement:budget.t4_total.name",
            ["社会保险管理资金及医保业务经费", "社会保险管理资金及医保专项经费"],
        ),
        ("heading-gap:text.h1_2.number", ["（2）人员及预算情况", "（二）"]),
        ("disagreement:documents.authority.number", ["国办发[2018]67号", "〔〕"]),
        ("missing-attachment:source.score_sheet", ["评分表", "没有附上"]),
        ("sum:checks.transfer_executed", ["116.99万元 + 160万元", "276.98万元", "0.01万元"]),
    ],
)  # fmt: skip
def test_each_message_gives_its_place_and_its_figures(entries, own, words):
    message = entries[own].message
    assert message.endswith("。")
    assert [word for word in words if word not in message] == []


def test_gaps_are_computed_less_printed(entries):
    compared = [each for each in entries.values() if each.gap is not None]
    assert len(compared) > 120
    for each in compared:
        assert Decimal(each.gap) == Decimal(each.computed) - Decimal(each.printed), each.id
        assert (each.verdict == "consistent") or Decimal(each.gap) != 0, each.id


def test_every_entry_says_something_in_chinese(entries):
    for each in entries.values():
        assert re.search(r"[一-鿿].*。$", each.message), each.id
        assert "None" not in each.message


# ---- evaluation.json

KEYS = {
    "": "schema case title period kind stance rules framework money_unit score sections indicators"
    " budget funds payments facts samples surveys incidents documents audit findings"
    " recommendations parts",
    "sections": "id name section full score rate",
    "indicators": "id parent path section full direction target actual unit score computed basis"
    " rule explanation reason evidence",
    "budget": "id table parent name level unit applied planned budget adjustment adjusted due"
    " in_place executed balance basis rate share printed",
    "funds": "id parent fund name period unit opening income expenditure surplus closing rate"
    " months printed",
    "facts": "id theme parent of name value unit period approximate share change growth source",
    "documents": "id title number date role",
    "findings": "id parent number title evidence recommendations",
    "recommendations": "id parent number title answers",
    "entries": "id kind verdict severity where inputs expression computed printed gap unit place"
    " message accepted",
}


@pytest.mark.parametrize("part", KEYS)
def test_no_key_of_the_json_is_ever_missing(qingdao, part):
    data = qingdao.data
    records = {"": [data], "entries": data["audit"]["entries"]}.get(part) or data[part]
    assert records
    for record in records:
        assert set(KEYS[part].split()) <= set(record)
    assert {tuple(record) for record in records} == {tuple(records[0])}


def test_empty_tables_are_empty_lists(qingdao):
    for part in ("payments", "samples", "surveys", "incidents", "parts"):
        assert qingdao.data[part] == []


def leaves(value, key=""):
    if isinstance(value, dict):
        for inner, each in value.items():
            yield from leaves(each, inner)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, key)
    else:
        yield key, value


def test_numbers_are_strings_and_counts_are_integers(qingdao):
    integers = {
        "schema",
        "level",
        "checked",
        "consistent",
        "rounding",
        "unverifiable",
        "inconsistent",
    }
    for key, value in leaves(qingdao.data):
        assert isinstance(value, str | bool | int | None), key
        assert isinstance(value, int) == (key in integers or key == "accepted"), key


def test_amounts_are_plain_decimals(qingdao):
    numeric = {*AMOUNTS, "full", "score", "computed", "printed", "gap", "rate", "share", "months"}
    for key, value in leaves(qingdao.data):
        if key in numeric and value is not None:
            assert DECIMAL.fullmatch(value), (key, value)


def test_recomputed_rates_have_two_places(qingdao):
    data = qingdao.data
    rates = [data["score"]["rate"], *(each["rate"] for each in data["sections"])]
    rates += [row["rate"] for row in data["budget"]]
    assert len(rates) == 1 + 4 + 47
    assert [rate for rate in rates if not TWO_PLACES.fullmatch(rate)] == []


def test_ids_are_unique(qingdao):
    data = qingdao.data
    for part in ("sections", "indicators", "budget", "funds", "facts", "documents", "findings"):
        ids = [record["id"] for record in data[part]]
        assert len(ids) == len(set(ids)), part
    ids = [entry["id"] for entry in data["audit"]["entries"]]
    assert len(ids) == len(set(ids))


def test_every_address_leads_somewhere(qingdao):
    case = qingdao.case
    named = {
        "text": {each.id for each in case.texts},
        "source": {each.id for each in case.source.attachments},
        "checks": {each.id for each in case.checks},
        "findings": {each.id for each in case.findings.findings},
        "recommendations": {each.id for each in case.findings.recommendations},
    }
    for each in qingdao.audit.entries:
        for address in (each.where, *each.inputs):
            first, second = address.split(".")[:2]
            known = second in named[first] if first in named else find(case, address)
            assert known or find_row(case, address), (each.id, address)


def test_names_of_sections_levels_and_evidence_are_carried(qingdao):
    data = qingdao.data
    months = next(each for each in data["indicators"] if each["id"] == "months_payable")
    assert months["path"] == ["产出", "职责履行", "质量达标率", "基金滚存结余可支配月数"]
    assert months["section"] == "output"
    assert (months["target"], months["actual"]) == ("6-9个月", "5个月")
    assert months["score"] is None
    assert months["computed"] is None
    levels = {each["id"]: each["level"] for each in data["budget"]}
    assert (levels["total"], levels["special"], levels["capability"]) == (1, 2, 3)
    slow = next(each for each in data["findings"] if each["id"] == "slow")
    assert slow["recommendations"] == ["speed"]


def test_the_same_case_gives_the_same_text(qingdao):
    again = evaluate(load(CASE, Workbook(ROOT)))
    assert again.text == qingdao.text
    assert again.fingerprint == qingdao.fingerprint


def test_another_process_gives_the_same_text(qingdao):
    """Nothing depends on the order of sets or on the folder one stands in."""
    code = f"from evalbook import *; print(evaluate(load({CASE!r})).fingerprint)"
    found = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "7", "EVALBOOK_ROOT": str(ROOT)},
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == qingdao.fingerprint


# ---- planted errors


def flips(count: int) -> list[tuple[str, str, str]]:
    """Seeded misprints of one digit: row, column, and the cell as misprinted."""
    rng = random.Random(2019)
    rows = list(csv.DictReader(io.StringIO(BUDGET.read_text("utf-8-sig"))))
    cells = [(row["id"], c, row[c]) for row in rows for c in (*AMOUNTS, "rate") if row[c]]
    planted = []
    for own, column, text in rng.sample(cells, count):
        at = rng.choice([n for n, letter in enumerate(text) if letter.isdigit()])
        digit = rng.choice([d for d in "0123456789" if d != text[at]])
        planted.append((own, column, text[:at] + digit + text[at + 1 :]))
    return planted


def misprint(book, own: str, column: str, text: str) -> None:
    path = book.data(CASE) / "budget.csv"
    rows = list(csv.DictReader(io.StringIO(BUDGET.read_text("utf-8-sig"))))
    next(row for row in rows if row["id"] == own)[column] = text
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_misprinted_digit_is_always_noticed_and_nearly_always_an_error(workbook, qingdao):
    """A change that rounding can explain (a last digit, ±1) is a note; nothing goes unseen."""
    before = {each.id: each.verdict for each in qingdao.audit.entries}
    as_rounding = []
    for own, column, text in (planted := flips(40)):
        misprint(workbook, own, column, text)
        ev = evaluate(load(CASE, workbook))
        changed = {
            each.verdict
            for each in ev.audit.entries
            if before.get(each.id) != each.verdict
            and any(f"budget.{own}." in address for address in (each.where, *each.inputs))
        }
        assert changed & {"inconsistent", "rounding"}, (own, column, text)
        if "inconsistent" not in changed:
            as_rounding.append((own, column, text))
        else:
            assert wrong_ids(ev.audit.entries) > wrong_ids(qingdao.audit.entries)
    assert len(as_rounding) <= len(planted) // 10, as_rounding
