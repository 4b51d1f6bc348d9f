"""Template text that nobody filled in, blanks that should name someone, absent attachments."""

from collections.abc import Iterator

from evalbook.audit.entry import Entry, holds, remark
from evalbook.audit.texts import passages
from evalbook.audit_settings import any_pattern
from evalbook.cells import DASHES
from evalbook.model import Case

SHOWN = 40


def wording(case: Case) -> Iterator[Entry]:
    """What was left as the form had it, and attachments that are not there."""
    yield from _attachments(case)
    yield from _unfilled(case)
    yield from _nameless(case)
    yield from _empty(case)


def _empty(case: Case) -> Iterator[Entry]:
    """Headings that the document prints with nothing below them."""
    for each in case.texts:
        if each.empty:
            message = f"标题“{each.number or ''}{each.title or ''}”之下没有内容。"
            where, place = f"text.{each.id}.title", each.place or ""
            yield remark("unfilled", "warning", where, message, (), place)


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
    pattern = any_pattern(case.audit_settings.template_text.value)
    said = passages(case)
    matches = {text: pattern.search(text) for text in {passage.text for passage in said}}
    for passage in said:
        if found := matches[passage.text]:
            shown = passage.text[max(0, found.end() - SHOWN) :][:SHOWN]
            message = f"“{shown}”是模板中的提示文字，没有填写。"
            yield remark("unfilled", "error", passage.where, message, (), passage.place)


def _nameless(case: Case) -> Iterator[Entry]:
    """A form without the body it is about; 财预〔2020〕10号 附件1（主管部门、实施单位）."""
    asked = [("department", "主管部门")]
    if case.params.stance == "self" and case.params.kind == "project":
        asked.append(("unit", "实施单位"))
    for key, name in asked:
        text = (getattr(case.params, key) or "").strip()
        if not text or text in DASHES:
            message = f"{name}没有填写。"
            yield remark("unfilled", "warning", f"case.{key}", message)
