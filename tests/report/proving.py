"""What evaluation.json says of an address, found in its data alone, not by the library's lookup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

ROWS = (
    "indicators", "budget", "funds", "payments", "facts", "samples", "surveys", "incidents",
    "documents",
)  # fmt: skip
COMPUTED = {"actual": "measured", "score": "computed"}
PRINTED = {"full_marks": "full"}
UNPUBLISHED = "未公布"
AFTER = "（下级合计）"
FALLS = ("减少", "降幅")
NUMBER = re.compile(r"(?:(?<!\d)-)?\d[\d,]*(?:\.\d+)?")
SIZES = {"亿": Decimal(100_000_000), "万": Decimal(10_000), "千": Decimal(1_000)}
Data = Mapping[str, Any]


class Unknown(LookupError):
    """An address that evaluation.json does not have."""


def expected(data: Data, address: str, computed: bool) -> str | None:
    """The value that evaluation.json has at an address, None where it says nothing was printed."""
    if address in data["derived"]:
        return str(data["derived"][address]["value"])
    if address.startswith("parts."):
        _, part, rest = address.split(".", 2)
        own = next(each for each in data["parts"] if each["case"] == part)
        derived = own["derived"].get(address)
        return str(derived["value"]) if derived else expected(own, rest, computed)
    head, _, rest = address.partition(".")
    if head in ROWS:
        return _of_row(data, address, computed)
    return _of_whole(data, head, rest)


def parts_of(data: Data, address: str) -> str:
    """What stands in brackets behind a sum of which only the parts are printed: （100-20）."""
    if not address.endswith(".base"):
        return ""
    owners = (each["derived"] for each in (data, *data.get("parts", ())))
    found = next(derived[address] for derived in owners if address in derived)
    return f"（{found['expression']}）"


def unit_at(data: Data, address: str) -> str | None:
    """The unit of the row that an address lies in."""
    if address.startswith("parts."):
        _, part, rest = address.split(".", 2)
        return unit_at(next(each for each in data["parts"] if each["case"] == part), rest)
    return _row(data, address).get("unit") if address.split(".")[0] in ROWS else None


def _of_whole(data: Data, head: str, rest: str) -> str | None:
    match head:
        case "case":
            found = data["published"][rest.removeprefix("published.")]
        case "score":
            found = _walk(data["score"], rest)
        case "settings":
            found = data["settings"][rest]
        case "rules":
            found = data["rules_used"][rest]["description"]
        case "audit" if rest.startswith("entries."):
            wanted = rest.removeprefix("entries.")
            found = next(e["message"] for e in data["audit"]["entries"] if e["id"] == wanted)
        case "audit":
            found = _walk(data["audit"], rest)
        case _:
            raise Unknown(head)
    return None if found is None else str(found)


def _walk(data: Any, path: str) -> Any:
    for name in path.split("."):
        data = data[name]
    return data


def _row(data: Data, address: str) -> Data:
    file, row, *_ = address.split(".")
    found = [each for each in data[file] if each["id"] == row]
    if len(found) != 1:
        raise Unknown(address)
    return found[0]


def _of_row(data: Data, address: str, computed: bool) -> str | None:
    column = address.split(".")[2]
    row = _row(data, address)
    if computed and isinstance(row.get("computed"), dict):
        return row["computed"][column]
    if computed:
        return row[COMPUTED.get(column, column)]
    printed = row.get("printed", {})
    return printed[column] if column in printed else row[PRINTED.get(column, column)]


def agrees(text: str, wanted: str | None, unit: str | None = None) -> bool:
    """Whether what is shown is that value: its unit, separators and words of approximation aside.

    A text of another size than its row (1.2亿元 in a row of 万元) is the same when it comes to the
    same amount.
    """
    if wanted is None:
        return text == UNPUBLISHED
    if text == wanted or text.endswith("：" + wanted) or text == wanted + AFTER:
        return True
    shown, value = numbers(text), numbers(wanted)
    if not shown or len(shown) != len(value):
        return False
    if shown == value or ("‰" in text and [number / 10 for number in shown] == value):
        return True
    return [number * _size(text) for number in shown] == [number * _size(unit) for number in value]


def _size(text: str | None) -> Decimal:
    """How many times one the first 万 or 亿 of a text is."""
    return next((SIZES[letter] for letter in text or "" if letter in SIZES), Decimal(1))


def numbers(text: str) -> list[Decimal]:
    """The numbers in a text, without separators; what is said to fall is negative."""
    sign = -1 if text.startswith(FALLS) else 1
    found = NUMBER.findall(text.replace("−", "-").removesuffix(AFTER))
    return [sign * Decimal(each.replace(",", "")) for each in found]
