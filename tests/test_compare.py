"""Departments side by side: who is ranked with whom, what is unusual, what many have in common."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from cases import ROOT, budget, table
from comparing import Batch, plain, row
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from evalbook import evaluate, load
from evalbook.commands import main
from evalbook.compare import words
from evalbook.compare.collect import MOST_BYTES, NOT_RUN, STALE, UNREADABLE, UNSEALED
from evalbook.compare.league import placed
from evalbook.compare.page import html
from evalbook.compare.result import kept, read, record
from evalbook.compare.settings import CompareSettings, load_settings
from evalbook.compare.similar import grouped, likeness, pairs
from evalbook.compare.spread import outliers, spread
from evalbook.errors import InputError
from evalbook.paths import Workbook

NAMES = ("满意度",)
WHOLE = {"score": "90", "full": "100"}


@pytest.fixture
def batch(tmp_path) -> Batch:
    return Batch(tmp_path)


def published(score: str, **more: str) -> dict[str, dict[str, str]]:
    return {"published": {"score": score, "full": "100"} | more}


# ---- what a comparison takes of an evaluation


@pytest.mark.parametrize("case", Workbook(ROOT).cases())
def test_a_result_is_what_the_evaluation_says(case):
    ev = evaluate(load(case, Workbook(ROOT)))
    result = read(ev.text, NAMES)
    assert (result.case, result.department) == (case, ev.case.params.department)
    assert result.total == ev.case.params.published.score
    assert result.grade == ev.case.params.published.grade
    assert (result.computed, result.computed_grade) == (ev.total, ev.grade)
    assert result.full == ev.full
    assert result.region == ev.case.params.region
    assert kept(record(result)) == result


def test_the_figures_of_qingdao(qingdao):
    result = read(qingdao.text, NAMES)
    rates = {name: words.percent(rate) for name, rate in structs.asdict(result.sections).items()}
    assert rates == {"budget": "100.00", "process": "87.73", "output": "83.37", "benefit": "96.60"}
    assert (result.execution, result.satisfaction) == (Decimal("99.31"), Decimal("87.97"))
    assert result.errors == sum(
        e.severity == "error" and not e.accepted for e in qingdao.audit.entries
    )


def test_a_section_with_a_blank_score_has_no_rate(batch):
    top = row(id="a", name="产出", section="output", full_marks="50", score="40")
    known = row(id="b", name="效益", section="benefit", full_marks="50")
    below = row(id="c", parent="b", name="甲", full_marks="20", score="20")
    blank = row(id="d", parent="b", name="乙", full_marks="30")
    name = batch.add(top, known, below, blank)
    result = batch.compared(name).results[0]
    assert result.sections.output == 80
    assert result.sections.benefit is None
    assert result.sections.process is None


def test_satisfaction_is_the_lowest_of_the_surveys_and_zero_is_a_figure(batch):
    surveys = table("surveys", "id | group | rate", "a | 甲 | 91.5%", "b | 乙 | 0%")
    name = batch.add(plain(100, "90个"), tables=[surveys])
    assert batch.compared(name).results[0].satisfaction == 0


def test_execution_is_that_of_the_one_line_for_all_the_money(batch):
    one = budget("id | parent | name | budget | executed", "t |  | 合计 | 200 | 150",
                 "a | t | 甲 | 200 | 150")  # fmt: skip
    several = budget("id | name | budget | executed", "a | 甲 | 200 | 150", "b | 乙 | 10 | 1")
    names = [batch.add(plain(100, "90个"), tables=[each]) for each in (one, several)]
    assert [each.execution for each in batch.compared(*names).results] == [Decimal("75.00"), None]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"full_marks": "1e99999"},
        {"full_marks": "-Infinity"},
        {"full_marks": "9" * 100},
        {"full_marks": "0." + "0" * 100},
        {"full_marks": "0e99"},
        {"full_marks": "0e-999999"},
        {"full_marks": "NaN"},
        {"full_marks": "sNaN"},
        {"full_marks": ["100"]},
        {"kind": "<b>"},
        {"score": None},
        {"case": "another"},
        {"rules": "caiyu-2020-10\n"},
        {"rules_hash": "x"},
        {"title": 5},
        {"findings": [{"id": "a", "title": None}]},
        {"audit": {"entries": [{"severity": "error", "accepted": "yes"}]}},
        {"own_settings": [{"name": "marks_places", "value": "1"}]},
    ],
)
def test_a_spoilt_evaluation_is_left_out_and_named(batch, spoilt):
    good, bad = batch.add(plain(100, "90个")), batch.add(plain(100, "80个"))
    batch.spoil(bad, **spoilt)
    assert left_out(batch) == ([good], [(bad, UNREADABLE)])


DAMAGES = {
    "empty": lambda text: b"",
    "half": lambda text: text[: len(text) // 2],
    "more behind": lambda text: text + b"{}",
    "a mark in front": lambda text: b"\xef\xbb\xbf" + text,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
    "not UTF-8 where it is not read": lambda text: text.replace(b'"settings"', b'"\xff\xfe"'),
    "NaN": lambda text: text.replace(b'"full_marks": "100"', b'"full_marks": NaN'),
    "NaN where it is not read": lambda text: text.replace(b'"schema": 1', b'"schema": NaN'),
    "deep": lambda text: text.replace(b": 1,", b": " + b"[" * 10**5 + b"]" * 10**5 + b","),
    "a key twice": lambda text: text.replace(b'"parts"', b'"department": 1, "parts"'),
    "huge": lambda text: text + b" " * MOST_BYTES,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_evaluation_is_left_out_and_named(batch, damage):
    good, bad = batch.add(plain(100, "90个")), batch.add(plain(100, "80个"))
    path = batch.book.outputs / bad / "evaluation.json"
    text = path.read_bytes()
    path.write_bytes(DAMAGES[damage](text))
    assert path.read_bytes() != text
    assert left_out(batch) == ([good], [(bad, UNREADABLE)])


def test_rows_that_lie_below_themselves_are_no_result(batch):
    """甲 in the process lies below 乙 in the output, which lies below 甲."""
    good, bad = batch.add(plain(100, "90个")), batch.add(plain(100, "80个"))
    path = batch.book.outputs / bad / "evaluation.json"
    one = json.loads(path.read_text("utf-8"))["indicators"][0] | {"score": None}
    first = one | {"id": "a", "parent": "b", "section": "process"}
    batch.spoil(bad, indicators=[first, one | {"id": "b", "parent": "a"}])
    assert left_out(batch) == ([good], [(bad, UNREADABLE)])


def left_out(batch: Batch) -> tuple[list[str], list[tuple[str, str]]]:
    """The cases that are compared, and the remarks on the others."""
    found = batch.compared()
    return [each.case for each in found.results], [(e.case, e.reason) for e in found.remarks]


def test_large_amounts_stay_exact(batch):
    """123,456,789,012.34元 of the same: 100.00 %, whole to the last cent."""
    amount = "123456789012.34"
    line = budget("id | name | unit | budget | executed", f"t | 合计 | 元 | {amount} | {amount}")
    name = batch.add(plain(100, "90个"), tables=[line])
    result = batch.compared(name).results[0]
    assert result.scored.budget[0].executed == Decimal(amount)
    assert result.execution == 100
    assert kept(record(result)).scored == result.scored


# ---- leagues and ranks


def test_equal_scores_share_a_rank_and_the_next_is_left_out():
    found = placed(dict(enumerate([Decimal(90), Decimal("90.0"), Decimal(80), Decimal(95)])))
    assert [found[n].place for n in range(4)] == [2, 2, 4, 1]
    assert {each.of for each in found.values()} == {4}


def test_a_rank_is_among_the_same_rules_framework_full_marks_period_and_evaluator(batch):
    first = batch.add(plain(100, "90个"), **published("90"))
    second = batch.add(plain(100, "80个"), **published("95"))
    others = [
        batch.add(plain(100, "90个"), rules="caiyu-2021-101", **published("99")),
        batch.add(plain(100, "90个"), framework="caiyu-2020-10", **published("99")),
        batch.add(plain(120, "90个"), published={"score": "99", "full": "120"}),
        batch.add(plain(100, "90个"), period="2018/2019", **published("99")),
        batch.add(plain(100, "90个"), stance="self", **published("99")),
        batch.add(
            plain(100, "90个"),
            settings=[{"name": "marks_places", "value": "1", "reason": "地方规定"}],
            **published("99"),
        ),
    ]
    found = batch.compared()
    at = {each.case: number for number, each in enumerate(found.results)}
    assert [len(league.members) for league in found.leagues] == [2, *[1] * len(others)]
    ranks = found.ranks["published"]
    assert (ranks[at[first]].place, ranks[at[second]].place) == (2, 1)
    assert {(ranks[at[case]].place, ranks[at[case]].of) for case in others} == {(1, 1)}
    computed = found.ranks["computed"]
    assert (computed[at[first]].place, computed[at[second]].place) == (1, 2)


def test_each_period_is_ranked_by_itself(batch):
    for period, score in (("2019", "90"), ("2020", "80"), ("2020", "85")):
        batch.add(plain(100, "90个"), period=period, **published(score))
    found = batch.compared()
    assert len(found.leagues) == 1
    assert [(r.place, r.of) for _, r in sorted(found.ranks["published"].items())] == [
        (1, 1), (2, 2), (1, 2)
    ]  # fmt: skip


def test_what_is_not_published_is_counted_and_not_ranked(batch):
    batch.add(plain(100, "90个"), **published("90"))
    silent = batch.add(plain(100, "80个"))
    nameless = batch.add(plain(100, "70个"), framework=None, **published("70"))
    found = batch.compared()
    at = {each.case: number for number, each in enumerate(found.results)}
    assert at[silent] not in found.ranks["published"]
    assert at[silent] in found.ranks["computed"]
    assert at[nameless] not in found.ranks["published"]
    assert dict(words.facts(found))["公布得分"] == "2 个有，1 个未公布"
    assert "指标体系未公布（不排名）" in html(found).decode()


def test_there_is_no_rank_across_rules_unless_asked_and_then_it_is_said(batch):
    batch.add(plain(100, "90个"), **published("90"))
    batch.add(plain(100, "90个"), rules="caiyu-2021-101", **published("80"))
    apart, joined = batch.compared(), batch.compared(across=True)
    assert apart.combined is None
    assert 'id="across"' not in html(apart).decode()
    assert "不同组的得分不能相比" in html(apart).decode()
    assert [rank.place for rank in (joined.combined or {}).values()] == [1, 2]
    page = html(joined).decode()
    assert page.index("以下有跨评分规则的合并名次") < page.index('id="across"')


# ---- spreads, outliers, likeness


def test_quartiles_lie_between_two_figures():
    found = spread([Decimal(n) for n in (1, 2, 3, 4)])
    assert found is not None
    assert (found.lower, found.median, found.upper) == tuple(map(Decimal, ("1.75", "2.5", "3.25")))
    single = spread([Decimal(7)])
    assert single is not None and single.lower == single.upper == 7
    assert spread([]) is None


def test_an_outlier_lies_beyond_the_fence_of_the_settings():
    values = dict(enumerate(map(Decimal, (80, 81, 82, 83, 84, 85, 86, 87, 60))))
    found = outliers(values, Decimal("1.5"), 8)
    assert [(each.number, each.high, each.fence) for each in found] == [(8, False, Decimal(75))]
    assert outliers(values, Decimal(6), 8) == []
    assert outliers(values, Decimal("1.5"), 10) == []
    alike = dict(enumerate(map(Decimal, (100, 100, 100, 100, 100, 100, 100, 60))))
    assert outliers(alike, Decimal("1.5"), 8) == []


def test_the_settings_have_their_references_and_python_has_no_number_of_theirs():
    settings = load_settings(Workbook(ROOT))
    for name in CompareSettings.model_fields:
        if name not in {"schema_", "reference"}:
            assert getattr(settings, name).reference
    source = "".join(p.read_text("utf-8") for p in (ROOT / "lib/evalbook/compare").glob("*.py"))
    assert not re.search(r"\b1\.5\b|\b0\.6\b|\b300\b", source)


def test_likeness_is_twice_the_shared_pairs_over_all_pairs():
    one, other = pairs("预算执行偏慢"), pairs("预算执行缓慢")
    assert len(one) == len(other) == 5
    assert likeness(one, other) == Decimal("0.6")
    assert pairs("2019年度预算，执行") == pairs("预算执行")
    assert likeness(frozenset(), frozenset()) == 0
    assert likeness(pairs("率"), pairs("率")) == 1


@given(st.lists(st.text("预算执行率偏低慢", min_size=1, max_size=8), max_size=30, unique=True))
def test_the_index_of_titles_leaves_nothing_out(titles):
    least, leaders, expected = Decimal("0.6"), [], {}
    for title in sorted(titles):
        found = next((x for x in leaders if likeness(pairs(title), pairs(x)) >= least), None)
        if found is None:
            leaders.append(title)
        expected.setdefault(found or title, []).append(title)
    groups = grouped({title: [0] for title in titles}, least)
    assert {g.title: [m.title for m in g.members] for g in groups} == expected
    assert all(m.likeness >= least for g in groups for m in g.members)


def test_a_finding_of_several_departments_is_told_with_its_likeness(batch):
    batch.add(plain(100, "90个"), department="甲局", findings=["预算执行偏慢", "资产没有登记"])
    batch.add(plain(100, "90个"), department="乙局", findings=["预算执行缓慢"])
    batch.add(plain(100, "90个"), department="甲局", period="2020", findings=["资产没有登记"])
    found = batch.compared()
    assert [(g.title, len(g.members), g.numbers) for g in found.common] == [
        ("预算执行偏慢", 2, [0, 1])
    ]
    assert found.common[0].members[1].likeness == Decimal("0.6")


# ---- which outputs are read


def test_cases_are_named_by_globs_and_a_wrong_name_is_a_fault(batch):
    names = [batch.add(plain(100, "90个")) for _ in range(3)]
    assert [each.case for each in batch.compared("case-[12]").results] == names[:2]
    with pytest.raises(InputError, match="没有名为“nowhere"):
        batch.compared("nowhere-*")


def test_missing_changed_and_unsealed_outputs_are_named(batch):
    fine = batch.add(plain(100, "90个"))
    missing = batch.add(plain(100, "90个"), run=False)
    changed, added, hidden, bare = (batch.add(plain(100, "90个")) for _ in range(4))
    path = batch.book.data(changed) / "indicators.csv"
    path.write_text(path.read_text("utf-8").replace("90个", "91个"), "utf-8")
    (batch.book.data(added) / "checks.yaml").write_text("checks: []\n", "utf-8")
    (batch.book.data(hidden) / "notes").mkdir()
    (batch.book.data(hidden) / "notes" / ".rates.csv").write_text("a,b\n", "utf-8")
    for left in ("~$budget.xlsx", ".DS_Store"):
        (batch.book.data(fine) / left).write_text("", "utf-8")
    (batch.book.outputs / bare / "manifest.json").unlink()
    found = batch.compared()
    assert {each.case: each.reason for each in found.remarks} == {
        missing: NOT_RUN, changed: STALE, added: STALE, hidden: STALE, bare: UNSEALED
    }  # fmt: skip
    assert fine in [each.case for each in found.results]
    page = html(found).decode()
    assert "输入已变动" in page
    assert "没有输出，没有列入" in page


def test_a_changed_rule_set_makes_every_case_of_it_stale(batch):
    names = [batch.add(plain(100, "90个")) for _ in range(2)]
    other = batch.add(plain(100, "90个"), rules="caiyu-2021-101")
    path = batch.book.rules_file("caiyu-2020-10")
    path.write_text(path.read_text("utf-8") + "# 改动\n", "utf-8")
    stale = [each.case for each in batch.compared().remarks]
    assert set(names) <= set(stale)
    assert other not in stale or "base: caiyu-2020-10" in (
        batch.book.rules_file("caiyu-2021-101").read_text("utf-8")
    )


def test_nothing_to_compare_is_a_sentence(batch):
    batch.add(plain(100, "90个"), run=False)
    with pytest.raises(InputError, match="请先运行 evalbook batch"):
        batch.compared()


def test_a_folder_with_other_files_is_not_replaced(batch, tmp_path):
    batch.add(plain(100, "90个"))
    own = tmp_path / "mine"
    own.mkdir()
    (own / "work.docx").write_text("mine")
    with pytest.raises(InputError, match="中有别的文件"):
        batch.compared(to=own)
    assert (own / "work.docx").read_text() == "mine"
    batch.compared(to=tmp_path / "new")
    batch.compared(to=tmp_path / "new")
    assert sorted(p.name for p in (tmp_path / "new").iterdir()) == ["compare.html", "compare.xlsx"]


def test_the_command_says_what_is_missing(batch, monkeypatch, capsys):
    batch.add(plain(100, "90个"))
    missing = batch.add(plain(100, "90个"), run=False)
    monkeypatch.setenv("EVALBOOK_ROOT", str(batch.book.root))
    assert main(["compare"]) == 0
    said = capsys.readouterr().out
    assert "列入 1 个评价项目" in said
    assert f"{missing}：没有输出，没有列入；要更新请运行 evalbook batch {missing}。" in said
    assert main(["compare", "case-1", "--to", str(batch.book.root / "params")]) == 2


def test_the_same_outputs_give_the_same_bytes(batch, tmp_path):
    batch.add(plain(100, "90个"), findings=["预算执行慢"], department="甲局", **published("90"))
    batch.add(plain(100, "80个"), findings=["预算执行慢"], department="乙局", **published("80"))
    for name in ("one", "two"):
        batch.compared(to=tmp_path / name, across=True)
    for file in ("compare.html", "compare.xlsx"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_json_keeps_its_promise_of_strings(batch):
    name = batch.add(plain(100, "90个"))
    data = json.loads((batch.book.outputs / name / "evaluation.json").read_text("utf-8"))
    assert data["full_marks"] == "100"
    assert len(data["rules_hash"]) == 64
    assert data["indicators"][0]["named_rule"] is None
    assert data["indicators"][0]["score_state"] == "blank"
