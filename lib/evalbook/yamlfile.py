"""YAML from users: plain mappings, lists and strings, within caps, with the line of every value.

Scalars stay text (a schema says what they mean), so `90.31` keeps its digits and `no` stays a
word; only an empty value, `null` and `~` mean None. Anchors, aliases, tags and repeated keys are
faults: they have no use here, and an alias can make a small file expand without end.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from evalbook.errors import Fault, InputError
from evalbook.harmless import CONTROL

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_VALUES = 50_000
NULLS = {"", "~", "null"}
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of one file and the line on which each value begins."""

    name: str
    content: Any
    lines: dict[Location, int]

    def where(self, location: Location) -> str:
        """「文件 第 n 行 键」 of the value, or of the nearest thing that has a line."""
        known = location
        while known and known not in self.lines:
            known = known[:-1]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in location)
        return f"{self.name} 第 {self.lines.get(known, 1)} 行" + (f" {key}" if key else "")


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being read."""

    value: Any
    location: Location
    key: str | None = None


@dataclass(slots=True)
class _Reader:
    name: str
    lines: dict[Location, int] = field(default_factory=dict)
    stack: list[_Open] = field(default_factory=list)
    root: Any = None
    documents: int = 0

    def fault(self, event: Any, problem: str, remedy: str) -> InputError:
        line = event.start_mark.line + 1
        return InputError([Fault(f"{self.name} 第 {line} 行", problem, remedy)])

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            self.stack.pop()
        elif kind is yaml.DocumentStartEvent:
            self.documents += 1
            if self.documents > 1:
                raise self.fault(event, "含有不止一个文档（---）", "请只保留一个文档")
        elif issubclass(kind, yaml.NodeEvent):
            self.node(event, kind)

    def node(self, event: Any, kind: type) -> None:
        if event.anchor:
            raise self.fault(event, "用了锚点或引用（& 或 *）", "请把内容直接写出来")
        if event.tag:
            raise self.fault(event, f"用了标签 {event.tag}", "请只写普通的文字、列表和键值")
        if kind is yaml.ScalarEvent:
            self.scalar(event)
        else:
            self.open(event, {} if kind is yaml.MappingStartEvent else [])

    def scalar(self, event: Any) -> None:
        if found := CONTROL.search(event.value):
            raise self.fault(event, f"有控制字符 U+{ord(found[0]):04X}", "请删去它，只留文字")
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if event.value in top.value:
                raise self.fault(event, f"键“{event.value}”重复", "请只保留一处")
            top.key = event.value
            return
        plain = not event.style
        self.put(event, None if plain and event.value in NULLS else event.value)

    def open(self, event: Any, value: Any) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise self.fault(event, f"层次超过 {MAX_DEPTH} 层", "请减少嵌套")
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            raise self.fault(event, "键不是文字", "冒号前请写一个名称")
        location = self.put(event, value)
        self.stack.append(_Open(value, location))

    def put(self, event: Any, value: Any) -> Location:
        location: Location = ()
        if not self.stack:
            self.root = value
        else:
            top = self.stack[-1]
            step: str | int = top.key if top.key is not None else len(top.value)
            location = (*top.location, step)
            if isinstance(top.value, dict):
                top.value[top.key] = value
                top.key = None
            else:
                top.value.append(value)
        self.lines[location] = event.start_mark.line + 1
        if len(self.lines) > MAX_VALUES:
            raise self.fault(event, f"内容超过 {MAX_VALUES} 项", "请拆分或精简文件")
        return location


def parse_yaml(text: str, name: str) -> YamlFile:
    """Read one document; raises InputError naming `name` and the line."""
    reader = _Reader(name)
    try:
        loader = _Loader(text)
        while loader.check_event():
            reader.take(loader.get_event())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(
            [Fault(f"{name} 第 {line} 行", "不是有效的 YAML", "请检查缩进、冒号后的空格和引号")]
        ) from None
    except yaml.YAMLError:
        raise InputError([Fault(name, "含有不允许的字符", "请另存为 UTF-8 文本")]) from None
    return YamlFile(name, reader.root, reader.lines)


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read the file at `path`; `name` is how messages call it."""
    return yaml_of(read_bytes(path, name), name)


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of the file; raises InputError when there is none."""
    if not path.is_file():
        raise InputError([Fault(name, "文件不存在", "请新建该文件或改正文件名")])
    return path.read_bytes()


def yaml_of(raw: bytes, name: str) -> YamlFile:
    """Read the bytes of one file; raises InputError naming `name` and the line."""
    if len(raw) > MAX_BYTES:
        raise InputError([Fault(name, f"文件大于 {MAX_BYTES // 1000} kB", "请拆分文件")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    if not text.strip():
        raise InputError([Fault(name, "文件是空的", "请按范例填写")])
    return parse_yaml(text, name)
