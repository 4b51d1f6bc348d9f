"""`python -m evalbook.store`: run the notebooks on their own case and keep the outputs in them.

The stored outputs are what a reader sees on opening a notebook and what nbval compares with.
Only outputs are written; a notebook's source is not touched.
"""

from pathlib import Path

from evalbook.engine import Executor, opened
from evalbook.execute import cleaned
from evalbook.notebookfile import read, write
from evalbook.paths import Workbook, workbook


def store(source: Path, engine: Executor) -> None:
    """Execute a notebook as it stands and write it back with its outputs."""
    notebook = read(source)
    engine.execute(notebook)
    write(cleaned(notebook), source)


def stored(book: Workbook) -> list[Path]:
    """The notebooks that are kept with outputs: the shared ones and every case's chapters."""
    chapters = (path for case in book.cases() for path in book.chapters(case).glob("*.ipynb"))
    return sorted([*book.notebooks.glob("*.ipynb"), *chapters])


if __name__ == "__main__":
    with opened() as engine:
        for each in stored(workbook()):
            print(f"运行并保存 {each.name}")
            store(each, engine)
