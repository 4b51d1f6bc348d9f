"""Periods of rows: how many months one has, its first and last month, what a row is about."""

import re
from functools import lru_cache

_SPAN = re.compile(r"(\d{4})(?:-(\d{2}))?/(\d{4})(?:-(\d{2}))?")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年度|年)?")


@lru_cache(maxsize=1024)
def span(period: str) -> tuple[int, int] | None:
    """First and last month of a period, counted from the year 0; None for a day or `../2020`."""
    if re.fullmatch(r"\d{4}", period):
        return 12 * int(period), 12 * int(period) + 11
    if re.fullmatch(r"\d{4}-\d{2}", period):
        month = 12 * int(period[:4]) + int(period[5:]) - 1
        return month, month
    found = _SPAN.fullmatch(period)
    if not found:
        return None
    first, start, last, end = found.groups()
    return 12 * int(first) + int(start or 1) - 1, 12 * int(last) + int(end or 12) - 1


def months_of(period: str) -> int | None:
    """How many months a period has: 2019 → 12, 2019-01/2019-06 → 6; None for a cumulative one.

    A row without a period is taken for a year.
    """
    months = span(period or "2000")
    return months[1] - months[0] + 1 if months else None


def timeless(name: str) -> str:
    """A name without the year in it: `2019年职工医保` and `2020年职工医保` are one thing."""
    return _YEAR.sub("", name).strip()
