"""Vouchers 凭证: one voucher, known by its number and month, under two findings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evalbook.audit.entry import Entry, remark
from evalbook.audit.texts import with_parts
from evalbook.lookup import row_of
from evalbook.model import Case, Row

_PARTS = re.compile(r"[;；、,，\n]")
_MONTH = re.compile(
    r"(?<!\d)(?:(?P<year>\d{4})[年\-./])?(?P<month>0?[1-9]|1[0-2])月"
    r"|(?<!\d)(?P<y>\d{4})[\-./](?P<m>0?[1-9]|1[0-2])(?!\d)"
)
_NOISE = re.compile(r"记账凭证|会计凭证|凭证|第|号|份|[#№\s\-—–]|字")
Voucher = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Use:
    """An incident that names a voucher, and the findings that rest on it."""

    case: Case
    row: Row
    findings: frozenset[str]


def vouchers(case: Case) -> Iterator[Entry]:
    """Each voucher against the first place that names it, nested projects included.

    A row that two findings rest on is one voucher under both, whatever its month.
    """
    first: dict[Voucher, _Use] = {}
    for one in with_parts(case):
        resting = _resting(one)
        for _, row in one.rows("incidents"):
            use = _Use(one, row, frozenset(resting.get(row_of(row.address("id")), ())))
            if row.said("voucher"):
                yield from _shared(use)
            for voucher in vouchers_of(row):
                other = first.setdefault(voucher, use)
                if other is not use:
                    yield from _twice(voucher, other, use)


def vouchers_of(row: Row) -> list[Voucher]:
    """Month and number of each voucher a row names; one without a month could be any year's."""
    stated = row.said("date")[:7]
    found: list[Voucher] = []
    for part in _PARTS.split(row.said("voucher")):
        month = _MONTH.search(part)
        if month:
            year = month["year"] or month["y"] or stated[:4]
            own = f"{year}-{int(month['month'] or month['m']):02}"
            stated = own if year else ""
            part = part[: month.start()] + part[month.end() :]
        number = _NOISE.sub("", part).lstrip("0")
        if re.search(r"\d", number) and len(stated) == len("2019-01"):
            found.append((stated, number))
    return list(dict.fromkeys(found))


def _resting(case: Case) -> dict[str, set[str]]:
    """The findings that rest on a row, without those above or below another that does."""
    resting: dict[str, set[str]] = {}
    for finding in case.findings.findings:
        for address in finding.evidence:
            resting.setdefault(row_of(address), set()).add(finding.id)
    return resting


def _twice(voucher: Voucher, first: _Use, again: _Use) -> Iterator[Entry]:
    month, number = voucher
    where, inputs = again.row.address("voucher"), (first.row.address("voucher"),)
    what = f"凭证 {month} {number} 号"
    names = [f"“{use.row.name}”" for use in (first, again)]
    titles = [_titles(use) for use in (first, again)]
    if all(titles) and not _one_finding(first, again):
        message = (
            f"{what}同时列在两个问题之下：{titles[0]}（{names[0]}）和{titles[1]}（{names[1]}）。"
        )
        yield remark(
            "duplicate-voucher", "warning", where, message, inputs, again.row["place"].text
        )
    elif not all(titles) or first.row.name == again.row.name:
        message = f"{what}列了两次：{names[0]}和{names[1]}，请核对是否重复计算。"
        yield remark("duplicate-voucher", "note", where, message, inputs, again.row["place"].text)


def _shared(use: _Use) -> Iterator[Entry]:
    """One row under two findings, neither above the other."""
    parents = {each.id: each.parent for each in use.case.findings.findings}
    above = {each: _family(frozenset({each}), parents) - {each} for each in use.findings}
    lowest = [each for each in use.findings if not any(each in above[o] for o in use.findings)]
    if len(lowest) > 1:
        where, place = use.row.address("voucher"), use.row["place"].text
        titles = _titles(_Use(use.case, use.row, frozenset(lowest)))
        what = f"凭证 {use.row.said('voucher')}（“{use.row.name}”）"
        message = f"{what}同时列在几个问题之下：{titles}。"
        inputs = tuple(f"findings.{each}" for each in sorted(lowest))
        yield remark("duplicate-voucher", "warning", where, message, inputs, place)


def _titles(use: _Use) -> str:
    named = {each.id: each.title for each in use.case.findings.findings}
    return "、".join(f"“{named[each]}”" for each in sorted(use.findings))


def _one_finding(first: _Use, again: _Use) -> bool:
    """Whether both rest under one finding, or under one and another below it."""
    if first.case is not again.case:
        return False
    parents = {each.id: each.parent for each in first.case.findings.findings}
    return bool(_family(first.findings, parents) & again.findings) or bool(
        _family(again.findings, parents) & first.findings
    )


def _family(findings: frozenset[str], parents: dict[str, str | None]) -> set[str]:
    """The findings and those above them."""
    found: set[str] = set()
    for each in findings:
        above: str | None = each
        while above and above not in found:
            found.add(above)
            above = parents.get(above)
    return found
