"""The same paragraph in two places of a case, nested projects included."""

import re
from collections.abc import Iterator
from functools import lru_cache

from evalbook.audit.entry import Entry, remark
from evalbook.audit.texts import Passage, prose, with_parts
from evalbook.lookup import MENTION
from evalbook.model import Case

_PARAGRAPH = re.compile(r"\n+")
_REST = re.compile(r"[\W_]+")
SHOWN = 20


def duplicates(case: Case) -> Iterator[Entry]:
    """Paragraphs alike but for spaces and punctuation, and long enough to be no coincidence."""
    least = case.audit_settings.paragraph_length.value
    first: dict[str, tuple[Case, Passage]] = {}
    for one in with_parts(case):
        for passage in prose(one):
            for paragraph in _PARAGRAPH.split(passage.text):
                if len(paragraph) < least or len(_words(MENTION.sub("", paragraph))) < least:
                    continue
                here = passage._replace(where=one.absolute(passage.where))
                owner, there = first.setdefault(_words(paragraph), (one, here))
                if there.where != here.where:
                    yield _twice(paragraph, here, there, there.place or _in_words(owner, there))


@lru_cache(maxsize=1024)
def _words(paragraph: str) -> str:
    """The paragraph without spaces and punctuation."""
    return _REST.sub("", paragraph)


def _twice(paragraph: str, here: Passage, there: Passage, place: str) -> Entry:
    shown = MENTION.sub("…", paragraph).strip()[:SHOWN]
    message = f"{here.place}“{shown}……”一段与{place}的一段重复。"
    return remark("duplicate-text", "warning", here.where, message, (there.where,), here.place)


def _in_words(owner: Case, passage: Passage) -> str:
    """Where a passage stands that the source gives no place for: 「建议“排定工期”中」."""
    listed = owner.findings
    in_advice = ".recommendations." in f".{passage.where}"
    titles = {e.id: e.title for e in (listed.recommendations if in_advice else listed.findings)}
    title = titles.get(passage.where.split(".")[-2], "")
    return f"{owner.called * bool(owner.prefix)}{'建议' if in_advice else '问题'}“{title}”中"
