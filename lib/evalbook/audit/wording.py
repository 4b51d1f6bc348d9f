"""Documents, attachments, findings and recommendations: what the text itself must satisfy."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from evalbook.audit.entry import Entry, holds, remark
from evalbook.model import Case
from evalbook.schema import Finding, Recommendation

_NUMBER = re.compile(r"(?P<open>[〔\[［（(])(?P<year>\d{4})(?P<close>[〕\]］）)])")
_TEMPLATE = re.compile(
    r"(?<![A-Za-z])[X×]{2,}(?![A-Za-z省市县区镇乡村街路巷社小])|[（(]?\d+字以[内上][）)]?|此处填写|^说明.*情况$"
)


def wording(case: Case) -> Iterator[Entry]:
    """Every check of the document's own text."""
    yield from _documents(case)
    yield from _dates(case)
    yield from _attachments(case)
    yield from _unfilled(case)
    yield from _findings(case)
    yield from _recommendations(case)


def _documents(case: Case) -> Iterator[Entry]:
    """Document numbers: the brackets of the year, and the year against the date of issue."""
    for _, row in case.rows("documents"):
        found = _NUMBER.search(row["number"].text)
        if not found:
            continue
        where, number = row.address("number"), row["number"].text
        if found["open"] != "〔" or found["close"] != "〕":
            message = f"文号“{number}”的年份没有用六角括号〔〕，与通行写法和其他文号不一致。"
            yield remark("disagreement", "note", where, message, place=row["place"].text)
        else:
            yield holds("disagreement", where, f"文号“{number}”写法规范。", place=row["place"].text)
        if row["date"].text and row["date"].text[:4] < found["year"]:
            message = f"文号“{number}”的年份晚于印发日期 {row['date'].text}。"
            yield remark("impossible-date", "error", where, message, place=row["place"].text)


def _dates(case: Case) -> Iterator[Entry]:
    """Dates that no calendar has."""
    for table in case.tables:
        columns = [name for name, column in table.columns.items() if column.type == "date"]
        for row in table.rows:
            for column in columns:
                if row[column].state == "value" and not _exists(row[column].text):
                    message = f"“{row.name}”的日期 {row[column].text} 不存在。"
                    yield remark("impossible-date", "error", row.address(column), message)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _attachments(case: Case) -> Iterator[Entry]:
    for attachment in case.source.attachments:
        where = f"source.{attachment.id}"
        if attachment.present:
            yield holds("missing-attachment", where, f"附件“{attachment.title}”已附。")
        else:
            message = f"文中提到附件“{attachment.title}”，但没有附上。"
            yield remark("missing-attachment", "warning", where, message)


def _unfilled(case: Case) -> Iterator[Entry]:
    """Template text that nobody filled in."""
    for where, text in _printed_texts(case):
        if _TEMPLATE.search(text):
            message = f"“{text[:40]}”是模板中的提示文字，没有填写。"
            yield remark("unfilled", "error", where, message)


def _printed_texts(case: Case) -> Iterator[tuple[str, str]]:
    for entry in case.texts:
        yield f"text.{entry.id}.title", entry.title or ""
    for _, row in case.rows("indicators"):
        for column in ("name", "target", "actual", "reason"):
            yield row.address(column), row[column].text


def _findings(case: Case) -> Iterator[Entry]:
    """A finding is answered by a recommendation for it, for one above or for one below it."""
    findings = {finding.id: finding for finding in case.findings.findings}
    answered: dict[str, list[str]] = {}
    for each in case.findings.recommendations:
        for answer in each.answers:
            answered.setdefault(answer, []).append(each.id)
    for finding in case.findings.findings:
        where = f"findings.{finding.id}"
        family = [finding.id, *_above(finding.id, findings), *_below(finding.id, findings)]
        answers = [advice for each in family for advice in answered.get(each, ())]
        number = f"{finding.number}" if finding.number else ""
        if answers:
            message = f"问题{number}“{finding.title}”有对应的建议。"
            inputs = tuple(f"recommendations.{each}" for each in dict.fromkeys(answers))
            yield holds("orphan-finding", where, message, inputs)
        else:
            message = f"问题{number}“{finding.title}”没有对应的建议。"
            yield remark("orphan-finding", "warning", where, message)


def _recommendations(case: Case) -> Iterator[Entry]:
    advice = {each.id: each for each in case.findings.recommendations}
    for each in case.findings.recommendations:
        where = f"recommendations.{each.id}"
        family = [each.id, *_above(each.id, advice), *_below(each.id, advice)]
        answers = [answer for one in family for answer in advice[one].answers]
        if answers:
            inputs = tuple(f"findings.{answer}" for answer in dict.fromkeys(answers))
            yield holds(
                "orphan-recommendation", where, f"建议“{each.title}”针对已列的问题。", inputs
            )
        else:
            message = f"建议“{each.title}”没有针对任何已列的问题。"
            yield remark("orphan-recommendation", "warning", where, message)


Nested = Mapping[str, Finding] | Mapping[str, Recommendation]


def _above(own: str, nested: Nested) -> list[str]:
    found: list[str] = []
    above = nested[own].parent
    while above:
        found.append(above)
        above = nested[above].parent
    return found


def _below(own: str, nested: Nested) -> Sequence[str]:
    children = [each for each in nested if nested[each].parent == own]
    return [each for child in children for each in (child, *_below(child, nested))]
