"""The same paragraph in two places of a case, nested projects included."""

import re
from collections.abc import Iterator

from evalbook.audit.entry import Entry, remark
from evalbook.audit.texts import absolute, prose, with_parts
from evalbook.lookup import MENTION
from evalbook.model import Case

_PARAGRAPH = re.compile(r"\n+")
_REST = re.compile(r"[\W_]+")
SHOWN = 20


def duplicates(case: Case) -> Iterator[Entry]:
    """Paragraphs alike but for spaces and punctuation, and long enough to be no coincidence."""
    least = case.audit_settings.paragraph_length.value
    first: dict[str, str] = {}
    for one in with_parts(case):
        for passage in prose(one):
            for paragraph in _PARAGRAPH.split(passage.text):
                if len(_REST.sub("", MENTION.sub("", paragraph))) < least:
                    continue
                where = absolute(one, passage)
                other = first.setdefault(_REST.sub("", paragraph), where)
                if other != where:
                    start = MENTION.sub("…", paragraph).strip()[:SHOWN]
                    message = f"“{start}……”一段在两处重复出现（另一处：{other}）。"
                    yield remark("duplicate-text", "warning", where, message, (other,))
