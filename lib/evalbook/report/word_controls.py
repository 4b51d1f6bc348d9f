"""Content controls 内容控件: every figure in Word carries the address it came from.

A person sees an ordinary figure; Word shows the control's name when it is clicked, and a program
finds the figure by its tag.
"""

import hashlib
from collections.abc import Mapping

from evalbook.blocks import Proof
from evalbook.harmless import clean_line
from evalbook.report.word_xml import escape

_MOST = 64
"""Characters that Word allows in a tag and in a name; a longer one spoils the file."""


def tag(address: str) -> str:
    """The address as a tag. One longer than 64 characters keeps its start and its end.

    Between them stand … and eight digits of its hash, so that two addresses never share a tag.
    """
    if _length(address) <= _MOST:
        return address
    short = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{_cut(address, 24)}…{short}…{_cut(address[::-1], 28)[::-1]}"


def name(address: str, proofs: Mapping[str, Proof]) -> str:
    """What Word shows of the control: the place in the source, as far as there is room."""
    place = clean_line(proofs[address].place) if address in proofs else address
    return place if _length(place) <= _MOST else _cut(place, _MOST - 1) + "…"


def control(address: str, number: int, proofs: Mapping[str, Proof], inner: str) -> str:
    """A figure that can be edited, in a control with a number of its own in the document."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="{escape(name(address, proofs))}"/>'
        f'<w:tag w:val="{escape(tag(address))}"/><w:id w:val="{number}"/></w:sdtPr>'
        f"<w:sdtContent>{inner}</w:sdtContent></w:sdt>"
    )


def _length(text: str) -> int:
    """As Word counts: a character outside the basic plane is two."""
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, most: int) -> str:
    cut = text[:most]
    while _length(cut) > most:
        cut = cut[:-1]
    return cut
