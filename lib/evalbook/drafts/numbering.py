"""How printed rows are numbered: 一、 （一） 1. （1） ① 1.1, before a name or in a column."""

import re

_CHINESE = "[一二三四五六七八九十]{1,3}"
_NAMED = (
    ("一", re.compile(rf"第?{_CHINESE}[、.．章节]")),
    ("（一）", re.compile(rf"[(（]{_CHINESE}[)）]")),
    ("1.1.1", re.compile(r"\d{1,2}\.\d{1,2}\.\d{1,2}(?=\D)")),
    ("1.1", re.compile(r"\d{1,2}\.\d{1,2}(?=[^\d.%])")),
    ("1", re.compile(r"\d{1,2}[、.．](?!\d)")),
    ("（1）", re.compile(r"[(（]\d{1,2}[)）]|\d{1,2}[)）]")),
    ("①", re.compile(r"[①-⑳]")),
)
_ALONE = (
    ("一", re.compile(rf"第?{_CHINESE}[、.．]?")),
    ("（一）", re.compile(rf"[(（]{_CHINESE}[)）]")),
    ("1.1.1", re.compile(r"\d{1,2}[.-]\d{1,2}[.-]\d{1,2}")),
    ("1.1", re.compile(r"\d{1,2}[.-]\d{1,2}")),
    ("1", re.compile(r"\d{1,4}[、.．]?")),
    ("（1）", re.compile(r"[(（]\d{1,2}[)）]|\d{1,2}[)）]")),
    ("①", re.compile(r"[①-⑳]")),
)


def style_before(name: str) -> str:
    """The style of the number that a name begins with, empty when it begins with none."""
    return next((style for style, number in _NAMED if number.match(name)), "")


def style_of(number: str) -> str:
    """The style of a number that stands alone."""
    return next((style for style, pattern in _ALONE if pattern.fullmatch(number)), "")
