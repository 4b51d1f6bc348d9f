"""outputs/results.parquet: what a large batch left, written and read through DuckDB.

A row is an evaluation: a few columns for whoever asks with SQL, and `record`, all that a comparison
takes of it. A row counts only while `hash` is that of its evaluation.json and `made_by` this
library's; so an interrupted or foreign file costs time and never gives a stale figure.
"""

import tempfile
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.json import Encoder

from evalbook.compare.result import FILE, Result

if TYPE_CHECKING:
    import duckdb

INSTALL = (
    "评价项目有 {count} 个，装上 DuckDB 后再次打开会快得多："
    '请运行 python -m pip install "evalbook[large]"。这次仍逐个读取 evaluation.json。'
)
COLUMNS = {
    "case": "VARCHAR",
    "hash": "VARCHAR",
    "made_by": "VARCHAR",
    "title": "VARCHAR",
    "department": "VARCHAR",
    "region": "VARCHAR",
    "period": "VARCHAR",
    "kind": "VARCHAR",
    "stance": "VARCHAR",
    "rules": "VARCHAR",
    "framework": "VARCHAR",
    "published_score": "DECIMAL(18,6)",
    "published_grade": "VARCHAR",
    "computed_score": "DECIMAL(18,6)",
    "full_marks": "DECIMAL(18,6)",
    "record": "VARCHAR",
}


def connection() -> "duckdb.DuckDBPyConnection | None":
    """DuckDB in memory, one thread; None where the optional extra is not installed."""
    try:
        import duckdb
    except ImportError:
        return None
    return duckdb.connect(":memory:", config={"threads": 1, "autoinstall_known_extensions": False})


def kept(db: "duckdb.DuckDBPyConnection", path: Path, made_by: str) -> dict[str, tuple[str, str]]:
    """Hash and record by case, as far as the file is readable and of this library."""
    import duckdb

    if not path.is_file():
        return {}
    query = 'SELECT case_, hash, record FROM (SELECT "case" AS case_, * FROM read_parquet(?))'
    try:
        rows = db.execute(f"{query} WHERE made_by = ?", [str(path), made_by]).fetchall()
    except duckdb.Error:
        return {}
    return {case: (digest, record) for case, digest, record in rows}


def keep(
    db: "duckdb.DuckDBPyConnection",
    path: Path,
    made_by: str,
    results: Mapping[str, tuple[str, str]],
    read: Iterable[Result],
) -> None:
    """Write the file anew, whole or not at all: hash and record by case, and the results."""
    rows = [_row(each, made_by, *results[each.case]) for each in read]
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-results-", dir=path.parent) as folder:
        lines, new = Path(folder) / "rows.json", Path(folder) / FILE
        lines.write_bytes(Encoder().encode_lines(rows))
        source = f"read_json({_quoted(lines)}, format='newline_delimited', columns={{{types}}})"
        order = f'(SELECT * FROM {source} ORDER BY "case")'
        db.execute(f"COPY {order} TO {_quoted(new)} (FORMAT parquet, COMPRESSION zstd)")
        new.replace(path)


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _row(result: Result, made_by: str, digest: str, record: str) -> dict[str, Any]:
    return {
        "case": result.case,
        "hash": digest,
        "made_by": made_by,
        "title": result.title,
        "department": result.department,
        "region": result.region,
        "period": result.period,
        "kind": result.kind,
        "stance": result.stance,
        "rules": result.rules,
        "framework": result.framework,
        "published_score": _text(result.total),
        "published_grade": result.grade,
        "computed_score": _text(result.computed),
        "full_marks": _text(result.full),
        "record": record,
    }


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"
