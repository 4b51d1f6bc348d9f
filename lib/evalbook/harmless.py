"""Text from users made harmless: what can be seen stays, what acts on its surroundings goes.

Control characters drive a terminal, marks of direction reorder the rest of a line, both can make a
sentence say something else. Messages, previews, spreadsheets and the report begin with what is
defined here; charts (`charts.words`) and fonts besides leave out or box what cannot be drawn.
"""

import re

REPLACEMENT = "□"
"""Stands for a character that cannot be written down at all (control characters, surrogates)."""
ELLIPSIS = "……"

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that no text has: the door refuses them in the files of a case."""
_ACTING = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb"
_INVISIBLE = re.compile(f"[{_ACTING}]")
_LOST = re.compile("\ufffd")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile(f"[\x7f-\x9f\u2028\u2029{_ACTING}]")


def clean(text: str) -> str:
    """The text without what breaks a page or a file; visible characters all stay.

    Marks of direction go, control characters become □; what joins an emoji stays.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    text = CONTROL.sub(REPLACEMENT, _INVISIBLE.sub("", text))
    return _LOST.sub(REPLACEMENT, text)


def clean_line(text: str) -> str:
    """As `clean`, in one line."""
    return _SPACES.sub(lambda gap: gap[0] if gap[0] == "\u3000" else " ", clean(text)).strip()


def said(text: str, most: int = 400) -> str:
    """The text as one line of a message, a long one without its middle."""
    line = clean(text).replace("\n", " ")
    if len(line) <= most:
        return line
    end = most // 2
    return line[: most - end - len(ELLIPSIS)] + ELLIPSIS + line[-end:]


def escaped(text: str) -> str:
    """JSON text whose unseen characters are written as `\\u202e`: the same data, nothing acts."""
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
