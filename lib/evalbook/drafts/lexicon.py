"""Printed headings and the columns they are called: by the names and synonyms of params/tables/."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evalbook.drafts.found import narrow
from evalbook.drafts.shape import Heading, is_number
from evalbook.standards import TableKind

UNPRINTED = {"id", "addresses"}
NOT_FROM_HEADINGS = {"id", "parent", "table", "place", "same_as", "evidence", "of", "fund"}
EXACT, ENDING = 1.0, 0.6
SHORTEST_ENDING = 2
INNER_HEADER = 3
_BRACKETS = re.compile(r"\([^()]*\)")
_YEAR = re.compile(r"^(19|20)\d\d(年度|年)?")
_FORMULA = re.compile(r"[=＝].*$|[①-⑳]$|^[①-⑳]")


@dataclass(frozen=True)
class Lexicon:
    """Words of each kind of table, the longest first, each with its column; and all of a kind."""

    words: Mapping[str, Sequence[tuple[str, str]]]
    names: Sequence[frozenset[str]]

    def meaning(self, kind: str, heading: Heading) -> Iterator[tuple[str, float]]:
        """The columns of `kind` that a heading may be, each with how well it fits."""
        spellings = _spellings(heading)
        for word, column in self.words[kind]:
            if word in spellings:
                yield column, EXACT
            elif len(word) >= SHORTEST_ENDING and any(s.endswith(word) for s in spellings):
                yield column, ENDING

    def is_header(self, texts: Sequence[str]) -> bool:
        """Whether a line of cells are headings: at least three names of columns of one kind."""
        if len(texts) < INNER_HEADER or any(map(is_number, texts)):
            return False
        headings = [_spellings(Heading(text, (text,))) for text in texts]
        least = max(INNER_HEADER, (len(headings) + 1) // 2)
        return any(
            sum(not spellings.isdisjoint(names) for spellings in headings) >= least
            for names in self.names
        )


def lexicon(kinds: Mapping[str, TableKind]) -> Lexicon:
    words = {name: tuple(_words(kind)) for name, kind in kinds.items()}
    return Lexicon(words, [frozenset(word for word, _ in each) for each in words.values()])


def _words(kind: TableKind) -> list[tuple[str, str]]:
    found = {
        narrow(word): code
        for code, column in kind.columns.items()
        if code not in NOT_FROM_HEADINGS and column.type not in UNPRINTED
        for word in (column.name, *column.synonyms)
    }
    return sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0]))


def _spellings(heading: Heading) -> set[str]:
    """A heading with and without brackets, year and formula; of two lines, each and both."""
    lines = [narrow(line) for line in heading.lines]
    texts = {"".join(lines), "".join(reversed(lines)), *lines[-1:], *lines[:1]}
    texts |= {_BRACKETS.sub("", text) for text in texts}
    texts |= {_FORMULA.sub("", text) for text in texts}
    texts |= {_YEAR.sub("", text) for text in texts}
    return {text.strip(":;,.、") for text in texts if text}
