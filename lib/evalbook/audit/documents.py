"""Documents cited 引用文件: their numbers 文号, and one document told in two ways."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evalbook.audit.entry import Entry, Severity, holds, remark
from evalbook.audit.texts import passages, with_parts
from evalbook.lookup import find_row
from evalbook.model import Case, Row

_YEAR = re.compile(r"(?P<open>[〔\[［（(【])(?P<year>\d{4})(?P<close>[〕\]］）)】])")
_NUMBER = re.compile(rf"(?P<code>.*?){_YEAR.pattern}第?0*(?P<serial>\d+)号")
LONGEST_CODE = 20
"""The most characters that are read as the code of a number, before its year."""
_MENTION = re.compile(
    rf"[^\s，。；、“”《》]{{1,{LONGEST_CODE}}}[〔\[［（(【]\d{{4}}[〕\]］）)】]\s*第?\d+\s*号"
)
_WRAPPED = re.compile(r"[印转](?:发|送).*?[《<〈](?P<title>.+)[》>〉]")
_MARKS = re.compile(r"[《》〈〉<>“”\"\s]")


@dataclass(frozen=True, slots=True)
class _Number:
    """A document number taken apart, so that 国办发[2018]67号 is 国办发〔2018〕67号."""

    code: str
    year: str
    serial: str


def documents(case: Case) -> Iterator[Entry]:
    """The numbers of one case's documents, and documents that a whole and its parts cite twice."""
    for _, row in case.rows("documents"):
        yield from _brackets(row)
    cited = [row for one in with_parts(case) for _, row in one.rows("documents")]
    yield from _same_number(cited)
    yield from _same_title(cited)
    yield from _linked(case, cited)
    yield from _in_text(case, cited)


def _brackets(row: Row) -> Iterator[Entry]:
    """The brackets of the year, and the year against the date of issue."""
    found = _YEAR.search(row.said("number"))
    if not found:
        return
    where, number, place = row.address("number"), row.said("number"), row["place"].text
    if found["open"] != "〔" or found["close"] != "〕":
        message = f"文号“{number}”的年份没有用六角括号〔〕，与通行写法和其他文号不一致。"
        yield remark("disagreement", "note", where, message, place=place)
    else:
        yield holds("disagreement", where, f"文号“{number}”写法规范。", place=place)
    if row.said("date") and row.said("date")[:4] < found["year"]:
        message = f"文号“{number}”的年份晚于印发日期 {row.said('date')}。"
        yield remark("impossible-date", "error", where, message, place=place)


def number_of(text: str) -> _Number | None:
    """The parts of a document number; None for one of another form (令第235号)."""
    found = _NUMBER.fullmatch(re.sub(r"\s", "", text))
    return _Number(found["code"], found["year"], found["serial"]) if found else None


def _same_number(cited: list[Row]) -> Iterator[Entry]:
    """One number: written in two ways, or with two titles or two dates."""
    first: dict[_Number | str, Row] = {}
    for row in cited:
        text = re.sub(r"\s", "", row.said("number"))
        if not text:
            continue
        other = first.setdefault(number_of(text) or text, row)
        if other is row:
            continue
        if text != re.sub(r"\s", "", other.said("number")):
            yield _two_ways(row, other, "number", "文号", "同一文号有两种写法", "note")
        titles = [_title(each.said("title")) for each in (row, other)]
        if all(titles) and titles[0] not in titles[1] and titles[1] not in titles[0]:
            yield _two_ways(row, other, "title", "名称", f"文号“{text}”有两个名称", "warning")
        dates = {each.said("date") for each in (row, other)} - {""}
        if len(dates) > 1:
            yield _two_ways(row, other, "date", "日期", f"文号“{text}”有两个日期", "error")


def _same_title(cited: list[Row]) -> Iterator[Entry]:
    """One title with two numbers.

    Not one that is forwarded 转发, which has its own number beside the first one's, nor a notice of
    every year, each dated in its own.
    """
    first: dict[str, Row] = {}
    for row in cited:
        title = _title(row.said("title"))
        if not title or "转发" in row.said("title"):
            continue
        other = first.setdefault(title, row)
        if other is not row:
            yield from _one_title(row, other)


def _one_title(row: Row, other: Row) -> Iterator[Entry]:
    """Two numbers; or, where neither has one, two dates of one year."""
    own, known = (number_of(each.said("number")) for each in (row, other))
    dates = [each.said("date") for each in (row, other)]
    if own and known and own != known:
        yearly = own.year != known.year and all(
            day.startswith(number.year) for day, number in zip(dates, (own, known), strict=True)
        )
        if not yearly:
            what = f"“{row.said('title')}”有两个文号"
            yield _two_ways(row, other, "number", "文号", what, "warning")
    elif not (own or known) and dates[0][:4] == dates[1][:4] and dates[0] != dates[1]:
        what = f"“{row.said('title')}”有两个日期"
        yield _two_ways(row, other, "date", "日期", what, "warning")


def _linked(case: Case, cited: list[Row]) -> Iterator[Entry]:
    """Rows that say they are one document (`same_as`): its number and its date."""
    for row in cited:
        found = [find_row(case, address) for address in row["same_as"].items]
        for other in [each[1] for each in found if each and each[0].kind_id == "documents"]:
            numbers = [number_of(each.said("number")) for each in (row, other)]
            if None not in numbers and numbers[0] != numbers[1]:
                what = f"“{row.said('title')}”有两个文号"
                yield _two_ways(row, other, "number", "文号", what, "warning")
            dates = {each.said("date") for each in (row, other)} - {""}
            if len(dates) > 1:
                what = f"“{row.said('title')}”有两个日期"
                yield _two_ways(row, other, "date", "日期", what, "error")


def _title(text: str) -> str:
    """The title without its marks; of a notice that issues a document, the document's own."""
    wrapped = _WRAPPED.search(text)
    return _MARKS.sub("", wrapped["title"] if wrapped else text)


def _two_ways(row: Row, other: Row, column: str, name: str, what: str, severity: Severity) -> Entry:
    said = (
        f"{other['place'].text}作“{other[column].text}”，{row['place'].text}作“{row[column].text}”"
    )
    message = f"{what}：{said}，{name}应一致。"
    where, inputs = row.address(column), (other.address(column),)
    entry = remark("disagreement", severity, where, message, inputs, row["place"].text)
    return entry._replace(id=f"disagreement:{where}={inputs[0]}")


def _in_text(case: Case, cited: list[Row]) -> Iterator[Entry]:
    """A number that the text writes in another way than the list of documents."""
    listed = [
        (number, row) for row in cited if (number := number_of(row.said("number"))) and number.code
    ]
    for one in with_parts(case) if listed else ():
        cells = ("documents.", f"{one.prefix}documents.")
        for passage in passages(one):
            year = _YEAR.search(passage.text) if "号" in passage.text else None
            if year is None or passage.where.startswith(cells):
                continue
            for mention in _MENTION.findall(passage.text, max(0, year.start() - LONGEST_CODE)):
                yield from _mentioned(one.absolute(passage.where), mention, listed)


def _mentioned(where: str, mention: str, listed: list[tuple[_Number, Row]]) -> Iterator[Entry]:
    text = re.sub(r"\s", "", mention)
    own = number_of(text)
    for number, row in listed:
        if own is None or (own.year, own.serial) != (number.year, number.serial):
            continue
        written = re.sub(r"\s", "", row.said("number"))
        if own.code.endswith(number.code) and not text.endswith(written):
            said = text[len(own.code) - len(number.code) :]
            message = f"文号“{row.said('number')}”在此处写作“{said}”，同一文号有两种写法。"
            inputs = (row.address("number"),)
            entry = remark("disagreement", "note", where, message, inputs)
            yield entry._replace(id=f"disagreement:{where}={inputs[0]}")
            return
