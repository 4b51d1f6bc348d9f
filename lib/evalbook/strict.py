"""YAML files into models: every fault at once, in Chinese, with file, line and key."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from evalbook.errors import Fault, InputError, nearest
from evalbook.yamlfile import Location, YamlFile, read_bytes, yaml_of

M = TypeVar("M", bound=BaseModel)

_PATTERNS = {
    r"^[a-z][a-z0-9_]*$": "小写字母开头，只含小写字母、数字和下划线",
    r"^[a-z0-9][a-z0-9-]*$": "只含小写字母、数字和连字符",
    r"^\d{4}-\d{2}-\d{2}$": "日期，如 2020-02-25",
    r"^-?\d+(\.\d+)?%$": "带百分号的数字，如 90.31%",
    r"^(\d{1,2}(\.\d+)?|100(\.0+)?)%$": "带百分号的数字，0% 至 100%，如 60%",
    r"^[1-9]\d?(\.\d+)?%$": "带百分号的数字，不小于 1%、小于 100%，如 95%",
    r"^\d+(\.\d+)?%$": "带百分号的数字，不小于零，如 50%",
    r"^[1-9]\d{2,}(\.\d+)?%$": "带百分号的数字，不小于 100%，如 130%",
    r"^-?\d+(\.\d+)?%?$": "数字，可带百分号，如 90% 或 6",
    r"^[0-9a-f]{64}$": "64 位的 sha256 十六进制数",
}
_EXPECTED = {
    "decimal_parsing": "数字",
    "decimal_type": "数字",
    "int_parsing": "整数",
    "int_type": "整数",
    "bool_parsing": "true 或 false",
    "bool_type": "true 或 false",
    "string_type": "文字",
    "value_error": "日历上有的日期，如 2020-02-25",
    "assertion_error": "写法正确的正则表达式",
    "decimal_max_digits": "不超过 20 位的数字",
    "greater_than": "大于零的数",
    "greater_than_equal": "不小于下限的数",
    "less_than_equal": "不超过上限的数",
    "string_too_short": "文字，不能为空",
    "tuple_type": "列表（每项以“- ”开头）",
    "dict_type": "若干“键: 值”",
    "model_type": "若干“键: 值”",
    "too_short": "至少一项",
}


def read_model(model: type[M], path: Path, name: str, faults: list[Fault]) -> M | None:
    """The file as a model, its faults added to `faults`.

    A model that is whole without what is at fault is returned all the same, so that the rest of
    the case can be checked in the same run; otherwise None.
    """
    return _read(model, path, name, faults, model_of)


def read_shared(model: type[M], path: Path, name: str, faults: list[Fault]) -> M | None:
    """As `read_model`, for a file that many cases read: parsed once as long as its bytes stay."""
    return _read(model, path, name, faults, _known)


def _read(
    model: type[M],
    path: Path,
    name: str,
    faults: list[Fault],
    parse: Callable[[type[M], bytes, str], tuple[M | None, tuple[Fault, ...]]],
) -> M | None:
    try:
        raw = read_bytes(path, name)
    except InputError as error:
        faults.extend(error.faults)
        return None
    found, own = parse(model, raw, name)
    faults.extend(own)
    return found


def model_of(model: type[M], raw: bytes, name: str) -> tuple[M | None, tuple[Fault, ...]]:
    """The bytes of a file as a model, and their faults."""
    try:
        file = yaml_of(raw, name)
    except InputError as error:
        return None, tuple(error.faults)
    try:
        return model.model_validate(file.content), ()
    except ValidationError as error:
        faults = tuple(_fault(model, file, dict(detail)) for detail in error.errors())
        locations = [tuple(each["loc"]) for each in error.errors()]
        return _without(model, file.content, locations), faults


_known = lru_cache(maxsize=256)(model_of)


def _without(model: type[M], content: Any, locations: list[Location]) -> M | None:
    """The model of the content less the keys at `locations`, if that is one."""
    kept = deepcopy(content)
    for location in locations:
        parent = kept
        for part in location[:-1]:
            parent = parent[part] if _has(parent, part) else None
        if isinstance(parent, dict) and location:
            parent.pop(location[-1], None)
    try:
        return model.model_validate(kept)
    except ValidationError:
        return None


def _has(parent: Any, part: str | int) -> bool:
    if isinstance(parent, dict):
        return part in parent
    return isinstance(parent, list) and isinstance(part, int) and part < len(parent)


def _fault(model: type[BaseModel], file: YamlFile, detail: dict[str, Any]) -> Fault:
    location: Location = tuple(detail["loc"])
    where = file.where(location)
    key = str(location[-1]) if location else ""
    match detail["type"]:
        case "extra_forbidden":
            return Fault(where, f"没有“{key}”这一项", nearest(key, _allowed(model, location)))
        case "missing":
            return Fault(where, f"缺少“{key}”", "请补上这一项")
        case "literal_error":
            words = re.findall(r"'([^']*)'", detail["ctx"]["expected"])
            expected = "、".join(words)
            problem = f"“{_short(detail['input'])}”不在可选范围内"
            return Fault(where, problem, f"应为其中之一：{expected}")
        case "string_pattern_mismatch":
            expected = _PATTERNS.get(
                detail["ctx"]["pattern"], "期间，如 2019、2018/2019、2020-12-31"
            )
            return Fault(where, f"“{_short(detail['input'])}”的写法不对", f"应为{expected}")
        case "string_too_long" | "too_long" as kind:
            unit = "字" if kind == "string_too_long" else "项"
            expected = f"应为不超过 {detail['ctx']['max_length']} {unit}"
            return Fault(where, f"“{_short(detail['input'])}”太长", expected)
        case kind:
            expected = _EXPECTED.get(kind, "范例中的写法")
            if isinstance(detail["input"], dict) and kind == "string_type":
                expected += "；以 { 开头的文字要加引号"
            return Fault(where, f"“{_short(detail['input'])}”的类型不对", f"应为{expected}")


def _short(value: Any) -> str:
    shown = {type(None): "空", dict: "若干键值", list: "列表"}
    text = shown.get(type(value), str(value))
    return text if len(text) <= 40 else text[:40] + "…"


def _allowed(model: type[BaseModel], location: Location) -> list[str]:
    """The keys that the model at `location` takes."""
    for part in location[:-1]:
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        nested = next(_models(field.annotation), None) if field else None
        model = nested or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in get_args(annotation):
        yield from _models(argument)
