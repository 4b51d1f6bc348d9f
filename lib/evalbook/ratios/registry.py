"""What a ratio 比率 is: its name, its operands, its denominator, and who says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from evalbook.expression import parse, shown
from evalbook.figures import Figure

Function = Callable[..., Figure]
UNSEEN = "（未核对原文）"


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of the frameworks, by the name of its function.

    `operands` are in the order of the function's parameters, each with its Chinese name; `formula`
    is over them, in the language of relations, and `denominator` is the one divided by. `bases` are
    columns of a table that the same numerator may have been divided by instead; `of_rates` says
    that the operands are rates themselves; `unverified` that the text was not seen.
    """

    name: str
    title: str
    formula: str
    operands: Mapping[str, str]
    denominator: str
    reference: str
    meaning: str
    function: Function
    bases: tuple[str, ...] = ()
    of_rates: bool = False
    unverified: bool = False

    @property
    def words(self) -> str:
        """The formula in the regulation's words: 实际到位资金 ÷ 预算资金 × 100%."""
        return f"{shown(parse(self.formula), self.operands.__getitem__)} × 100%"

    @property
    def authority(self) -> str:
        """The reference, marked when its text was not seen."""
        return self.reference + UNSEEN * self.unverified


RATIOS: dict[str, Ratio] = {}


def ratio(
    title: str,
    formula: str,
    operands: Mapping[str, str],
    *,
    denominator: str,
    reference: str,
    bases: tuple[str, ...] = (),
    of_rates: bool = False,
    unverified: bool = False,
) -> Callable[[Function], Function]:
    """Registers a function as a ratio, and says in its docstring all that is known of it.

    A ratio takes exact figures with their intervals and returns a figure of one (0.9 for 90 %); it
    raises ZeroDivisionError when its denominator may be zero, UnitMismatch when it would add
    figures of different kinds.
    """

    def register(function: Function) -> Function:
        meaning = (function.__doc__ or "").strip()
        known = Ratio(
            function.__name__,
            title,
            formula,
            operands,
            denominator,
            reference,
            meaning,
            function,
            bases,
            of_rates,
            unverified,
        )
        RATIOS[known.name] = known
        function.__doc__ = documented(known)
        return function

    return register


def documented(known: Ratio) -> str:
    """Meaning, formula, operands, denominator and regulation: a docstring and a page of docs."""
    operands = "、".join(f"{name} {words}" for name, words in known.operands.items())
    return (
        f"{known.title}：{known.words}\n\n{known.meaning}\n\n"
        f"Operands: {operands}. Denominator: {known.operands[known.denominator]}.\n"
        f"Source: {known.authority}."
    )
