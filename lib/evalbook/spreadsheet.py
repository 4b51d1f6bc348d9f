"""Text in a spreadsheet cell: written so that it stays text, read as Excel shows it."""

import re
from functools import lru_cache
from typing import Any

from evalbook.harmless import clean

MAX_TEXT = 32_000
"""Excel keeps 32,767 characters in a cell."""
_CODE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CODED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TO_FORMULA = tuple("=+-@＝＋－＠")
"""With one of these in front a cell becomes a formula once a person edits it."""


def put_text(cell: Any, text: str) -> None:
    """Write the text as text: never a formula, never a code such as `_x000D_`."""
    text = kept_text(text)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(TO_FORMULA)


@lru_cache(maxsize=4096)
def kept_text(text: str) -> str:
    """The text as a file keeps it: nothing that acts, no code such as `_x000D_`."""
    return _CODE.sub("_x005F_", clean(text)[:MAX_TEXT])


def text_in(value: str) -> str:
    """The text that a stored string stands for: `_x005F_` is an underscore, `_x000D_` a CR."""
    return _CODED.sub(lambda found: chr(int(found[1], 16)), value)
