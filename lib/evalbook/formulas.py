"""What may be wrong with the formulas and claims over the columns of a table."""

from collections.abc import Iterable, Iterator

from evalbook.errors import Fault, nearest
from evalbook.expression import ExpressionError, is_comparison, names, parse
from evalbook.kinds import KINDS
from evalbook.standards import TableKind


def formula_faults(
    formula: str, columns: Iterable[str], where: str, *, claim: bool = False
) -> Iterator[Fault]:
    """Faults of a formula over columns, or of a claim (a comparison of them)."""
    example = "应如 executed <= adjusted" if claim else "应如 in_place / due，写明怎样算出这一列"
    try:
        node = parse(formula)
    except ExpressionError as error:
        yield Fault(where, f"公式“{formula}”写法不对，{error}", example)
        return
    if is_comparison(node) != claim:
        yield Fault(where, f"公式“{formula}”{'不是比较式' if claim else '是比较式'}", example)
    known = list(columns)
    for name in names(node):
        column = name.removeprefix("parent.").removeprefix("previous.")
        if "." not in column and column not in {"of", "factors", "period_months", *known}:
            yield Fault(where, f"公式中没有“{column}”这一列", nearest(column, known))


def kind_faults(kind: TableKind, where: str) -> Iterator[Fault]:
    """What is wrong with the relations of a kind of table."""
    for number, relation in enumerate(kind.relations, 1):
        at = f"{where} relations.{number}"
        if relation.kind not in KINDS:
            yield Fault(at, f"没有“{relation.kind}”这种核查", nearest(relation.kind, KINDS))
        if [bool(relation.formula), bool(relation.claim), relation.children].count(True) != 1:
            yield Fault(at, "关系不明确", "formula、claim、children 应当只写其中一项")
        if relation.formula and not relation.column:
            yield Fault(at, "有 formula 而没有 column", "请写明公式算的是哪一列")
        own = [relation.column] if relation.column else []
        bases = (base.removeprefix("parent.") for base in relation.bases)
        for column in (*own, *relation.only, *relation.unless, *bases):
            if column not in kind.columns:
                yield Fault(at, f"没有“{column}”这一列", nearest(column, kind.columns))
        for formula in (relation.formula, *(each.formula for each in relation.instead)):
            if formula:
                yield from formula_faults(formula, kind.columns, at)
        if relation.claim:
            yield from formula_faults(relation.claim, kind.columns, at, claim=True)
