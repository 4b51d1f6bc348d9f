"""The Parquet file of a large batch: the same results, only what changed is read, never stale."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from comparing import Batch, plain

from evalbook.compare import collect, store
from evalbook.compare.collect import chosen
from evalbook.compare.result import FILE
from evalbook.compare.settings import CompareSettings, load_settings
from evalbook.errors import InputError

duckdb = pytest.importorskip("duckdb", reason="没有 duckdb")


@pytest.fixture
def batch(tmp_path) -> Batch:
    found = Batch(tmp_path)
    for done in ("90个", "80个", "70个"):
        found.add(plain(100, done), department="甲'局", findings=["问题；\n“引号”"])
    return found


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """The cases whose evaluation.json is read, not taken from the file."""
    seen: list[str] = []
    real = collect._parsed
    monkeypatch.setattr(
        collect,
        "_parsed",
        lambda path, *more: (seen.append(path.parent.name), real(path, *more))[1],
    )
    return seen


def large(batch: Batch) -> CompareSettings:
    """Settings by which three cases are many."""
    settings = load_settings(batch.book)
    few = settings.direct_count.model_copy(update={"value": 1})
    return settings.model_copy(update={"direct_count": few})


def collected(batch: Batch, *patterns: str, settings: CompareSettings | None = None):
    return collect.collect(chosen(patterns, batch.book), batch.book, settings or large(batch))


def test_the_results_are_the_same_either_way(batch):
    direct = collected(batch, settings=load_settings(batch.book))
    assert not (batch.book.outputs / FILE).exists()
    assert collected(batch) == direct
    assert collected(batch) == direct


def test_only_what_changed_is_read(batch, read):
    collected(batch)
    assert sorted(read) == ["case-1", "case-2", "case-3"]
    read.clear()
    collected(batch)
    assert read == []
    score = {"total": "1", "full": "100", "rate": None, "grade": None}
    batch.spoil("case-2", score=score | {"computed": {"total": "2", "grade": None}})
    found = collected(batch)
    assert read == ["case-2"]
    assert [str(each.computed) for each in found.results] == ["90.00", "2", "70.00"]


def test_a_part_of_the_batch_keeps_the_rest(batch, read):
    collected(batch)
    read.clear()
    collected(batch, "case-1")
    collected(batch)
    assert read == []


def test_a_broken_or_foreign_file_is_written_anew(batch, read):
    expected = collected(batch)
    path = batch.book.outputs / FILE
    for content in (b"", b"PAR1 no parquet", path.read_bytes()[:-9]):
        path.write_bytes(content)
        assert collected(batch) == expected
    with duckdb.connect() as db:
        query = "SELECT 'x' AS \"case\", 1 AS other"
        db.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    assert collected(batch) == expected


def test_a_forged_record_is_not_taken_for_another_case(batch):
    expected = collected(batch)
    path, other = batch.book.outputs / FILE, batch.book.outputs / "other.parquet"
    with duckdb.connect() as db:
        changed = 'SELECT * REPLACE (\'{"case": "case-9"}\' AS record)'
        db.execute(f"COPY ({changed} FROM read_parquet('{path}')) TO '{other}' (FORMAT parquet)")
    other.replace(path)
    assert collected(batch) == expected


def test_forged_rows_are_named_when_they_are_asked_for(batch):
    collected(batch)
    path, other = batch.book.outputs / FILE, batch.book.outputs / "other.parquet"
    with duckdb.connect() as db:
        spoilt = """replace(record, '"rows":{', '"rows":{"indicators":3,')"""
        changed = f"SELECT * REPLACE ({spoilt} AS record)"
        db.execute(f"COPY ({changed} FROM read_parquet('{path}')) TO '{other}' (FORMAT parquet)")
    other.replace(path)
    with pytest.raises(InputError, match=r"results\.parquet：“case-1”的指标和预算读不懂.*请删除它"):
        _ = collected(batch).results[0].scored


def test_other_words_for_satisfaction_read_everything_anew(batch, read):
    collected(batch)
    read.clear()
    settings = large(batch)
    names = settings.satisfaction_names.model_copy(update={"value": ("满意率",)})
    collected(batch, settings=settings.model_copy(update={"satisfaction_names": names}))
    assert len(read) == 3


def test_the_file_is_the_same_bytes_and_answers_sql(batch):
    collected(batch)
    path = batch.book.outputs / FILE
    first = path.read_bytes()
    path.unlink()
    collected(batch)
    assert path.read_bytes() == first
    with duckdb.connect() as db:
        query = f"SELECT department, sum(computed_score) FROM read_parquet('{path}') GROUP BY 1"
        assert [(name, str(total)) for name, total in db.execute(query).fetchall()] == [
            ("甲'局", "240.000000")
        ]


def test_without_duckdb_it_says_how_to_get_it_and_works(batch, monkeypatch):
    direct = collected(batch, settings=load_settings(batch.book))
    monkeypatch.setitem(sys.modules, "duckdb", None)
    found = collected(batch)
    assert replace(found, advice=()) == direct
    assert found.advice == (store.INSTALL.format(count=3),)
    assert not (batch.book.outputs / FILE).exists()
