"""YAML from users: plain text only, within caps, every fault with its line."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalbook.errors import InputError
from evalbook.yamlfile import MAX_BYTES, MAX_DEPTH, parse_yaml, read_yaml

LAUGHS = "a: &a [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


def fault(text: str):
    """The single fault of a text."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "case.yaml")
    (only,) = caught.value.faults
    return only


def test_scalars_stay_as_they_are_written():
    text = "score: 90.310\nword: no\nday: 2020-02-25\nid: 007\ntrue: yes\n"
    assert parse_yaml(text, "x").content == {
        "score": "90.310",
        "word": "no",
        "day": "2020-02-25",
        "id": "007",
        "true": "yes",
    }


@pytest.mark.parametrize("nothing", ["", "~", "null"])
def test_only_three_spellings_mean_nothing(nothing):
    assert parse_yaml(f"date: {nothing}\nquoted: '{nothing}'", "x").content == {
        "date": None,
        "quoted": nothing,
    }


def test_every_value_knows_its_line():
    file = parse_yaml("a: 1\nb:\n  - x\n  - c: 2\n    d: 3\n", "case.yaml")
    assert file.where(("b", 1, "d")) == "case.yaml 第 5 行 b.2.d"
    assert file.where(("b", 1, "unknown")) == "case.yaml 第 4 行 b.2.unknown"
    assert file.where(()) == "case.yaml 第 1 行"


@pytest.mark.parametrize(
    ("text", "line", "problem", "remedy"),
    [
        ("a: 1\nb: &x 2\n", 2, "锚点或引用", "直接写出来"),
        ("a: *x\n", 1, "锚点或引用", "直接写出来"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "用了标签", "只写普通的文字"),
        ("a: 1\nb: 2\na: 3\n", 3, "键“a”重复", "只保留一处"),
        ("a: 1\n? [b]\n: 2\n", 2, "键不是文字", "冒号前请写一个名称"),
        ("a: 1\n b: 2\n", 2, "不是有效的 YAML", "缩进、冒号后的空格和引号"),
        ("a: 'x\n", 2, "不是有效的 YAML", "引号"),
    ],
)
def test_what_is_refused_and_where(text, line, problem, remedy):
    found = fault(text)
    assert found.where == f"case.yaml 第 {line} 行"
    assert problem in found.problem
    assert remedy in found.remedy


def test_control_characters_are_refused():
    assert fault("a: \x00").problem == "含有不允许的字符"


def test_aliases_that_expand_without_end_are_refused_at_once():
    started = time.perf_counter()
    assert "锚点或引用" in fault(LAUGHS).problem
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_deep_nesting_is_refused_at_once(opening):
    started = time.perf_counter()
    assert f"层次超过 {MAX_DEPTH} 层" in fault("a: " + opening * 20_000).problem
    assert time.perf_counter() - started < 0.5


def test_too_many_values_are_refused():
    assert "内容超过" in fault("a: [" + "1, " * 60_000 + "1]").problem


def test_a_second_document_is_refused_not_preferred():
    """Only one document is read; taking the last one silently would lose the first."""
    assert fault("a: 1\n---\nb: 2\n").where.startswith("case.yaml")


def test_files_are_read_in_utf8_with_or_without_a_mark_and_in_gbk(tmp_path: Path):
    path = tmp_path / "x.yaml"
    for encoding in ("utf-8", "utf-8-sig", "gbk"):
        path.write_bytes("title: 预算绩效评价\n".encode(encoding))
        assert read_yaml(path, "x.yaml").content == {"title": "预算绩效评价"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "文件不存在"),
        (b"", "文件是空的"),
        (b"\xef\xbb\xbf \n", "文件是空的"),
        (b"#" * (MAX_BYTES + 1), "文件大于 1000 kB"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content, problem):
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_yaml(path, "params/cases/x.yaml")
    assert str(caught.value.faults[0]).startswith(f"params/cases/x.yaml：{problem}。")


@given(st.text(alphabet=st.sampled_from("ab: -[]{}&*!'\"\n#|>?%@,0中\t\x07"), max_size=60))
def test_any_text_is_read_or_a_named_fault(text):
    try:
        parse_yaml(text, "case.yaml")
    except InputError as error:
        assert all(str(each).startswith("case.yaml") for each in error.faults)
