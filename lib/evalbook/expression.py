"""Expressions over addresses: + − × ÷, comparison, brackets and `first(…)`; never `eval`.

    executed / first(adjusted, budget)          a formula over the columns of a row
    budget.total.rate > budget.special.rate     a claim over addresses

`first(a, b)` is the first of its arguments that is printed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from evalbook.figures import Figure, UnitTable, exact, unit_of

MAX_LENGTH = 2_000
MAX_DEPTH = 30
MAX_TOKENS = 300
COMPARISONS = ("<=", ">=", "<", ">", "=")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?P<unit>[%‰]|[^\W\d_a-zA-Z]+)?"
    r"|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)|(?P<sign><=|>=|[-+*/()<>=,]))"
)
_SPELLINGS = str.maketrans({"×": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "，": ","})
_SHOWN = {"*": "×", "/": "÷", "-": "−", "<=": "≤", ">=": "≥"}


class ExpressionError(ValueError):
    """Not an expression; the message is a Chinese clause."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal
    unit: str

    def figure(self, resolve: "Resolve", units: UnitTable | None) -> Figure | None:
        dimension, factor = unit_of(self.unit, units or {"%": ("比例", Decimal("0.01"))})
        return exact(self.value * factor, dimension)

    def chosen(self, resolve: "Resolve") -> "Node":
        return self

    def names(self) -> list[str]:
        return []

    def shown(self, show: "Show", inside: str) -> str:
        return f"{self.value}{self.unit}"


@dataclass(frozen=True, slots=True)
class Name:
    """A column (`executed`, `parent.executed`) or an address (`budget.total.rate`)."""

    name: str

    def figure(self, resolve: "Resolve", units: UnitTable | None) -> Figure | None:
        return resolve(self.name)

    def chosen(self, resolve: "Resolve") -> "Node":
        return self

    def names(self) -> list[str]:
        return [self.name]

    def shown(self, show: "Show", inside: str) -> str:
        return show(self.name)


@dataclass(frozen=True, slots=True)
class First:
    """`first(…)`: the first of its options that is printed."""

    options: tuple["Node", ...]

    def figure(self, resolve: "Resolve", units: UnitTable | None) -> Figure | None:
        figures = (option.figure(resolve, units) for option in self.options)
        return next((figure for figure in figures if figure is not None), None)

    def chosen(self, resolve: "Resolve") -> "Node":
        known = (each for each in self.options if each.figure(resolve, None) is not None)
        return next(known, self.options[-1]).chosen(resolve)

    def names(self) -> list[str]:
        return [name for option in self.options for name in option.names()]

    def shown(self, show: "Show", inside: str) -> str:
        return self.options[0].shown(show, inside)


@dataclass(frozen=True, slots=True)
class Operation:
    sign: str
    left: "Node"
    right: "Node"

    def figure(self, resolve: "Resolve", units: UnitTable | None) -> Figure | None:
        left, right = self.left.figure(resolve, units), self.right.figure(resolve, units)
        if left is None or right is None:
            return None
        try:
            return _OPERATORS.get(self.sign, Figure.__truediv__)(left, right)
        except ZeroDivisionError:
            return None

    def chosen(self, resolve: "Resolve") -> "Node":
        return Operation(self.sign, self.left.chosen(resolve), self.right.chosen(resolve))

    def names(self) -> list[str]:
        return self.left.names() + self.right.names()

    def shown(self, show: "Show", inside: str) -> str:
        sign = self.sign
        before = self.left.shown(show, "*" if sign in {"*", "/"} else "")
        text = f"{before} {_SHOWN.get(sign, sign)} {self.right.shown(show, sign)}"
        loose = sign in {"+", "-"} and inside in {"*", "/", "-"}
        return f"（{text}）" if loose or (sign in {"*", "/"} and inside == "/") else text


Node = Number | Name | First | Operation
Resolve = Callable[[str], Figure | None]
Show = Callable[[str], str]
_OPERATORS: dict[str, Callable[[Figure, Figure], Figure]] = {
    "+": Figure.__add__,
    "-": Figure.__sub__,
    "*": Figure.__mul__,
}


@dataclass(slots=True)
class _Parser:
    tokens: list[tuple[str, str, str]]
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str, str]:
        if self.at >= len(self.tokens):
            raise ExpressionError("表达式没有写完")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, sign: str) -> None:
        if self.take()[1] != sign:
            raise ExpressionError(f"此处应有“{sign}”")

    def comparison(self) -> Node:
        left = self.sum()
        if self.peek() in COMPARISONS:
            return Operation(self.take()[1], left, self.sum())
        return left

    def sum(self) -> Node:
        node = self.product()
        while self.peek() in {"+", "-"}:
            node = Operation(self.take()[1], node, self.product())
        return node

    def product(self) -> Node:
        node = self.operand()
        while self.peek() in {"*", "/"}:
            node = Operation(self.take()[1], node, self.operand())
        return node

    def operand(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"括号超过 {MAX_DEPTH} 层")
        kind, text, unit = self.take()
        if kind == "number":
            node: Node = Number(Decimal(text), unit)
        elif kind == "name":
            node = self.first() if text == "first" and self.peek() == "(" else Name(text)
        elif text == "(":
            node = self.sum()
            self.expect(")")
        else:
            raise ExpressionError(f"“{text}”处应为地址、列名或数字")
        self.depth -= 1
        return node

    def first(self) -> Node:
        self.expect("(")
        options = [self.sum()]
        while self.peek() == ",":
            self.take()
            options.append(self.sum())
        self.expect(")")
        return First(tuple(options))


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The expression that `text` writes; raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"表达式超过 {MAX_LENGTH} 字")
    tokens = list(_tokens(text.translate(_SPELLINGS).rstrip()))
    if len(tokens) > MAX_TOKENS:
        raise ExpressionError(f"表达式超过 {MAX_TOKENS} 个数和符号")
    parser = _Parser(tokens)
    node = parser.comparison()
    if parser.peek():
        raise ExpressionError(f"“{parser.peek()}”处多余")
    return node


def _tokens(text: str) -> Iterator[tuple[str, str, str]]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            raise ExpressionError(f"看不懂“{text[at : at + 10].strip()}”")
        kind = found.lastgroup if found.lastgroup != "unit" else "number"
        yield str(kind), found[str(kind)], found["unit"] or ""
        at = found.end()


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression with what is asked of it again and again.

    All its names; those `needed` for a result, which no `first(…)` can do without; whether it
    chooses.
    """

    node: Node
    names: tuple[str, ...]
    needed: tuple[str, ...]
    chooses: bool


@lru_cache(maxsize=4096)
def formula_of(text: str) -> Formula:
    """The expression that `text` writes, looked through once; raises ExpressionError."""
    node = parse(text)
    return Formula(node, tuple(names(node)), _needed(node), bool(options(node)))


def _needed(node: Node) -> tuple[str, ...]:
    match node:
        case Name(name):
            return (name,)
        case Operation(_, left, right):
            return _needed(left) + _needed(right)
        case _:
            return ()


def is_comparison(node: Node) -> bool:
    return isinstance(node, Operation) and node.sign in COMPARISONS


def names(node: Node) -> list[str]:
    """All columns or addresses in the order they are written."""
    return node.names()


def options(node: Node) -> list[Node]:
    """What every `first(…)` of an expression chooses from, in the order they are written."""
    match node:
        case First(each):
            return list(each)
        case Operation(_, left, right):
            return options(left) + options(right)
        case _:
            return []


def chosen(node: Node, resolve: Resolve) -> Node:
    """The expression with each `first(…)` replaced by the option that is printed."""
    return node.chosen(resolve)


def value(node: Node, resolve: Resolve, units: UnitTable | None = None) -> Figure | None:
    """The figure of an expression, None when an input is unknown or a divisor is zero.

    Raises UnitMismatch when figures of different kinds are added.
    """
    return node.figure(resolve, units)


def shown(node: Node, show: Show, inside: str = "") -> str:
    """The expression as a person writes it: `136617.61 ÷ 137568.39`."""
    return node.shown(show, inside)
