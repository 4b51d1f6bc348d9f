"""The result as words say it: a total or a grade in the text against what is published."""

import re
from collections.abc import Iterator
from decimal import Decimal

from evalbook.audit.entry import Entry, holds, plain, remark
from evalbook.audit.repeats import same_figure
from evalbook.audit.texts import Passage, passages
from evalbook.audit_settings import any_of, holds_one
from evalbook.lookup import find, place
from evalbook.model import Case

_SENTENCE = re.compile(r"[。；\n]")
_YEARS = re.compile(r"(\d{4})年")
_TOTAL = r"(?:为|是|：|:|达到|达)?\s*(\d+(?:\.\d+)?)\s*分"
_GRADE = r"(?:为|是|评定为|确定为|定为|：|:)?\s*[“\"「]?"


def conclusions(case: Case) -> Iterator[Entry]:
    """Sentences and facts that state the total or the grade of this evaluation."""
    published = case.params.published
    if published.score is None and not published.grade:
        return
    total, grade = _patterns(case)
    for passage in passages(case):
        if total.search(passage.text) or grade.search(passage.text):
            for sentence in _SENTENCE.split(passage.text):
                if _about_this(case, sentence):
                    yield from _stated(
                        case, passage, total.search(sentence), grade.search(sentence)
                    )
    yield from _facts(case)


def _patterns(case: Case) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A total and a grade as sentences state them."""
    words = case.audit_settings
    grades = any_of(tuple(band.grade for band in case.rules.grade_bands)).pattern or "(?!)"
    return (
        re.compile(f"(?:{any_of(words.total_names.value).pattern}){_TOTAL}"),
        re.compile(f"(?:{any_of(words.grade_names.value).pattern}){_GRADE}({grades})"),
    )


def _about_this(case: Case, sentence: str) -> bool:
    """Not another year's result, nor that of a nested project."""
    years = set(_YEARS.findall(sentence))
    other = holds_one(sentence, case.audit_settings.other_years.value)
    nested = bool(case.parts) and "项目" in sentence
    return not other and not nested and all(year in case.params.period for year in years)


def _stated(
    case: Case, passage: Passage, total: re.Match[str] | None, grade: re.Match[str] | None
) -> Iterator[Entry]:
    published = case.params.published
    if total and published.score is not None:
        same = Decimal(total[1]) == published.score
        yield _entry(passage, f"得分 {total[1]} 分", f"{plain(published.score)} 分", "score", same)
    if grade and published.grade:
        same = published.grade.startswith(grade[1])
        yield _entry(passage, f"等级“{grade[1]}”", f"“{published.grade}”", "grade", same)


def _entry(passage: Passage, said: str, published: str, key: str, same: bool) -> Entry:
    inputs = (f"case.published.{key}",)
    start = f"{passage.place}文中写作{said}，公布的是{published}"
    if same:
        message = f"{start}，相符。"
        return holds("disagreement", passage.where, message, inputs, passage.place)
    message = f"{start}，两者不符。"
    return remark("disagreement", "error", passage.where, message, inputs, passage.place)


def _facts(case: Case) -> Iterator[Entry]:
    """A fact that goes by the name of the total and says nothing of where else it stands."""
    there = find(case, f"{case.prefix}case.published.score")
    for table, row in case.rows("facts"):
        at = place(case, table, row, "value")
        named = row.name in case.audit_settings.total_names.value and at.unit == "分"
        now = row.said("period") in {"", case.params.period}
        if there is not None and named and now and not row["same_as"].items:
            yield from same_figure(case, at, there)
