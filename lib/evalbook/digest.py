"""A digest of a frozen object: equal content, equal digest, in every process and on every machine.

It covers each field of each dataclass and model, and what they hold, in the order of the fields;
the order of a mapping counts, because notebooks show it. What is derived and kept in an object
(cached properties) does not, nor does a field of a dataclass with the metadata `digest: False`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import BaseModel

_LEAVES = (str, tuple, int, bool, type(None), Decimal)
"""Types that are no mapping: nearly everything, so it is asked first."""


def digest(content: Any) -> str:
    """SHA-256 of the content; TypeError for what has no value of its own, such as a function."""
    text = json.dumps(_keyed(content), default=_plain, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(content: Any) -> Any:
    """What JSON has no form for, as a list that begins with the name of its type."""
    kind = type(content).__name__
    names = _fields(content.__class__)
    if names is not None:
        return [kind, *(_keyed(getattr(content, name)) for name in names)]
    if isinstance(content, Decimal):
        return [kind, str(content)]
    if isinstance(content, set | frozenset):
        return [kind, *sorted(digest(each) for each in content)]
    if isinstance(content, Mapping):
        return _keyed(content)
    raise TypeError(f"{kind} has no digest")


@cache
def _fields(kind: type) -> tuple[str, ...] | None:
    """The names of what a dataclass or a model holds; None for any other type."""
    if is_dataclass(kind):
        return tuple(each.name for each in fields(kind) if each.metadata.get("digest", True))
    return tuple(kind.model_fields) if issubclass(kind, BaseModel) else None


def _keyed(content: Any) -> Any:
    """A mapping as pairs, so that its keys may be anything and 1 is not "1"."""
    if type(content) not in _LEAVES and isinstance(content, Mapping):
        return ["mapping", *([key, _keyed(value)] for key, value in content.items())]
    return content
