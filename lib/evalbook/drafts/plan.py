"""What kind of table it is, and what each of its columns is: guessed from headings and cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalbook.cells import NUMERIC
from evalbook.drafts.columns import MOSTLY, cells, is_copy, is_numeric, own_column, repeats
from evalbook.drafts.found import narrow
from evalbook.drafts.lexicon import EXACT, Lexicon
from evalbook.drafts.settings import Standards
from evalbook.drafts.shape import Heading, Shaped, is_number
from evalbook.drafts.values import value
from evalbook.expression import names, parse
from evalbook.standards import Column, TableKind

PLAIN = "plain"
ENOUGH = 1.5
AT_LEAST = 2
SOME = 0.25
ASIDE = {"name", "note", "unit"}
NAMING = ("name", "title", "question")


@dataclass(frozen=True, slots=True)
class Planned:
    """A printed column and what it is taken for; `declared` when its kind has no such column.

    `unit` is what its heading states beyond the unit of the table.
    """

    index: int
    heading: Heading
    code: str
    column: Column
    declared: bool = False
    unit: str = ""


def naming(kind: TableKind) -> str:
    """The column that says what a row is about."""
    return next(code for code in NAMING if code in kind.columns)


@dataclass(frozen=True, slots=True)
class Plan:
    """The kind of a table and its columns.

    `levels` are the columns that name a row, from the outermost; `marks` the columns of marks that
    belong to an outer level; `known` are the headings by which the kind was told.
    """

    kind: str
    columns: tuple[Planned, ...]
    levels: tuple[int, ...]
    numbering: int | None
    marks: Mapping[int, int]
    known: tuple[str, ...]


def plan(shaped: Shaped, words: Lexicon, standards: Standards) -> Plan:
    """The kind under which most headings have a meaning and most relations can be checked."""
    numbering = _numbering(shaped, standards)
    guesses = [
        (_worth(found, standards.kinds[kind]), kind, found)
        for kind in standards.kinds
        if kind != PLAIN
        for found in [_meanings(shaped, kind, words, numbering, standards)]
    ]
    worth, kind, found = max(guesses, key=lambda guess: guess[0])
    told = [code for code in found.values() if code not in ASIDE]
    levels = [index for index, code in found.items() if code == "name"]
    enough = len(told) >= AT_LEAST or (bool(told) and len(levels) > AT_LEAST)
    if worth < ENOUGH or not enough or (kind == "budget" and _is_income(shaped, standards)):
        kind, found = PLAIN, _meanings(shaped, PLAIN, words, numbering, standards)
    return _planned(shaped, kind, found, numbering, standards)


def _is_income(shaped: Shaped, standards: Standards) -> bool:
    """Whether a table is of revenue, where more than the budget is no mistake."""
    words, title = standards.words, shaped.title
    earned = any(word in title for word in words.incomes)
    return earned and not any(word in title for word in words.spendings)


def _numbering(shaped: Shaped, standards: Standards) -> int | None:
    """The column that only numbers the rows."""
    for index, heading in enumerate(shaped.headings[:2]):
        if narrow(heading.text) in standards.words.numbering:
            return index
    return None


def _meanings(
    shaped: Shaped, kind: str, words: Lexicon, numbering: int | None, standards: Standards
) -> dict[int, str]:
    """The code of each printed column that has one under `kind`; the best fit is served first.

    Several columns may name the row; every other code stands for one column.
    """
    fits = sorted(
        (-fit, index, code)
        for index, heading in enumerate(shaped.headings)
        if index != numbering
        for code, fit in words.meaning(kind, heading)
        if _holds(shaped, index, kind, code, fit, standards)
    )
    found: dict[int, str] = {}
    for fit, index, code in fits:
        again = code in {naming(standards.kinds[kind]), "full_marks"} and -fit == EXACT
        if index not in found and (again or code not in found.values()):
            found[index] = code
    return dict(sorted(found.items()))


def _holds(
    shaped: Shaped, index: int, kind: str, code: str, fit: float, standards: Standards
) -> bool:
    """Whether most cells of a printed column can stand under a code, some if it is called so."""
    texts = [spot.text for spot in cells(shaped, index)]
    if not texts:
        return True
    column, unit = standards.kinds[kind].columns[code], shaped.headings[index].unit
    if code == "unit":
        measures = {*standards.units, *standards.words.measures}
        return sum(narrow(text) in measures for text in texts) >= MOSTLY * len(texts)
    if column.type == "text":
        return sum(map(is_number, texts)) <= MOSTLY * len(texts)
    read = sum(not value(text, column, unit, standards).unread for text in texts)
    return read >= (SOME if fit == EXACT else MOSTLY) * len(texts)


def _worth(found: Mapping[int, str], kind: TableKind) -> float:
    """How much a kind explains: its columns, those that name rows, and what it can check."""
    codes = set(found.values())
    numbers = {code for code, column in kind.columns.items() if column.type in NUMERIC}
    told = sum(1.0 if code in numbers or not numbers else 0.5 for code in codes - ASIDE)
    levels = sum(0.5 for code in found.values() if code == "name") - 0.5
    checked = sum(0.5 for relation in kind.relations if relation.formula
                  and relation.column in codes and _given(relation.formula, codes))  # fmt: skip
    return told + max(0.0, levels) * ("full_marks" in kind.columns) + checked


def _given(formula: str, codes: set[str]) -> bool:
    used = {name.removeprefix("parent.") for name in names(parse(formula))}
    return bool(used & codes) and (used <= codes or "first" in formula)


def _planned(
    shaped: Shaped,
    kind: str,
    found: Mapping[int, str],
    numbering: int | None,
    standards: Standards,
) -> Plan:
    named_by = naming(standards.kinds[kind])
    levels = _levels(shaped, found, numbering, standards, named_by)
    marks = _marks(shaped, found, levels, standards) if kind == "indicators" else {}
    columns: list[Planned] = []
    taken = dict.fromkeys("npx", 0)
    for index, heading in enumerate(shaped.headings):
        if index == numbering or index in levels or index in marks or is_copy(shaped, index):
            continue
        code = found.get(index)
        if code and code != named_by and code not in {planned.code for planned in columns}:
            column, declared = standards.kinds[kind].columns[code], False
        else:
            column, declared = own_column(shaped, index, standards), True
            letter = {"rate": "p", "text": "x"}.get(column.type, "n")
            taken[letter] += 1
            code = f"{letter}{taken[letter]}"
        unit = heading.unit if heading.unit != shaped.unit else ""
        if column.type == "price":
            unit = heading.unit or shaped.unit
        columns.append(Planned(index, heading, code, column, declared, unit))
    known = tuple(shaped.headings[index].text for index in found)
    return Plan(kind, tuple(columns), levels, numbering, marks, known)


def _levels(
    shaped: Shaped,
    found: Mapping[int, str],
    numbering: int | None,
    standards: Standards,
    named_by: str,
) -> tuple[int, ...]:
    """The columns that name a row: the last that is called so, before it those that group rows."""
    named = [index for index, code in found.items() if code == named_by]
    first_number = next(
        (i for i in range(len(shaped.headings)) if i != numbering and is_numeric(shaped, i)),
        len(shaped.headings),
    )
    others = [i for i in range(first_number) if i != numbering]
    texts = [i for i in others if found.get(i, named_by) == named_by]
    own = named[-1] if named else (texts[0] if texts else None)
    if own is None:
        return ()
    called = {i for i in named if narrow(shaped.headings[i].text) in standards.words.levels}
    has_numbers = first_number < len(shaped.headings)
    if not has_numbers and not called:
        return (named[-1] if named else texts[0],)
    groups = [i for i in {*texts, *called} if i < own and (i in called or repeats(shaped, i))]
    return (*sorted(groups), own)


def _marks(
    shaped: Shaped, found: Mapping[int, str], levels: Sequence[int], standards: Standards
) -> dict[int, int]:
    """Columns of marks right behind an outer level, by it: `一级指标 分值 二级指标 分值`."""
    called = set(_called("full_marks", standards))
    marks = {}
    for level, index in enumerate(levels[:-1]):
        beside = shaped.headings[index + 1]
        if index + 1 not in levels and narrow("".join(beside.lines[-1:])) in called:
            marks[index + 1] = level
    return marks


def _called(code: str, standards: Standards) -> Iterator[str]:
    column = standards.kinds["indicators"].columns[code]
    yield from (narrow(word) for word in (column.name, *column.synonyms))
