"""The forked engine: what it isolates, how it reports what ends badly, that nothing is left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cases import ROOT
from engine_snippets import notebook

from evalbook.engine import client as engine_client
from evalbook.engine import opened, watch
from evalbook.engine.client import Engine
from evalbook.engine.errors import CellFailed, Ended, EngineError
from evalbook.engine.limits import Limits
from evalbook.errors import InputError

pytestmark = pytest.mark.skipif(not engine_client.can_fork(), reason="这个系统没有 fork")
SOON = 10.0
"""Seconds: a second is the aim, and test machines are busy."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with closing(Engine()) as started:
        started.execute(notebook("1"))
        yield started


def shown(executed: dict[str, Any]) -> list[str]:
    """The plain text of every output."""
    outputs = [output for cell in executed["cells"] for output in cell["outputs"]]
    return [each.get("text") or each.get("data", {}).get("text/plain", "") for each in outputs]


def ran(engine: Engine, *sources: str, **options: Any) -> list[str]:
    made = notebook(*sources)
    engine.execute(made, **options)
    return shown(made)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


# ---- nothing leaks from one notebook into the next

LEAKS = {
    "names": ("x = 1", "'x' in dir()"),
    "modules": ("import math\nmath.pi = 3", "import math\nmath.pi"),
    "library": ("import evalbook.rules\nevalbook.rules.half_up = None",
                "import evalbook.rules\nevalbook.rules.half_up is None"),
    "loaded": ("import colorsys", "import sys\n'colorsys' in sys.modules"),
    "pandas": ("import pandas as pd\npd.set_option('display.max_rows', 7)",
               "import pandas as pd\npd.get_option('display.max_rows')"),
    "figures": ("import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 40\nplt.figure();",
                "import matplotlib.pyplot as plt\nplt.rcParams['font.size'], plt.get_fignums()"),
    "environment": ("import os\nos.environ['LEAK'] = '1'", "import os\nos.environ.get('LEAK')"),
    "folder": ("import os\nos.chdir('/')", "import os\nos.getcwd() == '/'"),
    "files": ("f = open('/dev/null')\nf.fileno()", "import os\nos.listdir('/proc/self/fd')"),
    "path": ("import sys\nsys.path.append('/leak')", "import sys\n'/leak' in sys.path"),
    "formatters": ("get_ipython().display_formatter.formatters['text/plain'].for_type(int, "
                   "lambda o, p, c: p.text('leak'))", "5"),
    "recursion": ("import sys\nsys.setrecursionlimit(77777)",
                  "import sys\nsys.getrecursionlimit()"),
    "warnings": ("import warnings\nwarnings.simplefilter('error')",
                 "import warnings\nwarnings.filters[0][0]"),
    "handlers": ("import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN);",
                 "import signal\nsignal.getsignal(signal.SIGUSR1)"),
    "locale": ("import locale\nlocale.setlocale(locale.LC_NUMERIC, 'C.UTF-8')",
               "import locale\nlocale.setlocale(locale.LC_NUMERIC)"),
    "umask": ("import os\nos.umask(0)", "import os\nos.umask(0o22)"),
    "counts": ("1\n", "get_ipython().execution_count"),
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_nothing_of_a_notebook_reaches_the_next(engine: Engine, name: str) -> None:
    spoils, asks = LEAKS[name]
    before = ran(engine, asks)
    ran(engine, spoils)
    assert ran(engine, asks) == before


def test_random_numbers_differ_between_notebooks(engine: Engine) -> None:
    asks = "import random, numpy\nrandom.random(), numpy.random.random()"
    assert ran(engine, asks) != ran(engine, asks)


def test_a_notebook_has_the_folder_and_the_environment_it_is_given(
    engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("value = 42")
    environment = {"ONLY": "this", "TZ": "Asia/Shanghai", "PYTHONPATH": str(tmp_path / "more")}
    asks = "import os, time, sys, beside\nprint(os.getcwd(), os.environ['ONLY'], os.getenv('HOME'))"
    found = ran(engine, asks, "print(time.tzname[0], beside.value, sys.path[0])",
                cwd=tmp_path, env=environment)  # fmt: skip
    assert found == [
        f"{tmp_path} this None\n",
        f"CST 42 {tmp_path / 'more'}\n",
    ]


def test_several_notebooks_run_at_a_time(engine: Engine) -> None:
    source = "import time\ntime.sleep(1)\nprint({})"
    started = time.monotonic()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda n: ran(engine, source.format(n)), range(6)))
    assert found == [[f"{n}\n"] for n in range(6)]
    assert time.monotonic() - started < 5.5


def test_only_one_thread_is_forked(engine: Engine) -> None:
    assert ran(engine, "import os\nlen(os.listdir('/proc/self/task'))") == ["1"]


# ---- what ends badly

ENDS = {
    "killed": ("import os\nos.kill(os.getpid(), 9)", "信号 9（SIGKILL）"),
    "crashed": ("import ctypes\nctypes.string_at(0)", "信号 11（SIGSEGV）"),
    "left": ("import os\nos._exit(7)", "退出码 7"),
    "left well": ("import os\nos._exit(0)", "退出码 0"),
    "group killed": ("import os, signal\nos.killpg(0, signal.SIGTERM)", "信号 15（SIGTERM）"),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_process_is_reported_with_its_cell(engine: Engine, name: str) -> None:
    source, expected = ENDS[name]
    made = notebook("print('第一格')", "print('此前', end='')\n" + source, "print('never')")
    started = time.monotonic()
    with pytest.raises(Ended, match=expected) as ended:
        engine.execute(made)
    assert time.monotonic() - started < SOON
    assert ended.value.index == 1
    assert shown(made) == ["第一格\n", "此前"]


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import time\ntime.sleep(60)",
        "import re\nre.match('(a+)+$', 'a' * 60 + 'b')",
        "import signal as s, time\ns.pthread_sigmask(s.SIG_BLOCK, range(1, 65))\ntime.sleep(60)",
        "import subprocess\nsubprocess.run(['sleep', '60'])",
    ],
    ids=["Python", "sleep", "C", "deaf", "program"],
)
def test_a_notebook_that_hangs_ends_with_its_time(engine: Engine, source: str) -> None:
    started = time.monotonic()
    with pytest.raises(Ended, match="时间超过 2 秒") as ended:
        engine.execute(notebook("1", f"print('begun')\n{source}"), most=Limits(seconds=2))
    assert time.monotonic() - started < 2 + SOON
    assert ended.value.index == 1


@pytest.mark.parametrize(
    "source",
    [
        "x = [bytearray(1 << 20) for _ in range(2000)]",
        "import numpy\nx = numpy.ones(1 << 28)",
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(1 << 20) * "
        "1000; import time; time.sleep(60)'])",
        "while True: print('行' * 1000)",
        "import os\nwhile True: os.write(1, b'x' * 1000000)",
    ],
    ids=["lists", "array", "program", "printed", "written"],
)
def test_a_notebook_that_takes_too_much_memory_ends(engine: Engine, source: str) -> None:
    most = Limits(megabytes=300)
    ran(engine, "x = bytearray(200 << 20)", "x[::4096] = b'1' * len(x[::4096]);", most=most)
    with pytest.raises(Ended, match="内存超过 300 MB") as ended:
        engine.execute(notebook("1", source), most=most)
    assert ended.value.index == 1


def test_a_cell_may_have_a_limit_of_its_own(engine: Engine) -> None:
    started = time.monotonic()
    with pytest.raises(Ended, match="时间超过 1 秒"):
        engine.execute(
            notebook("import time", "time.sleep(0.6)", "time.sleep(0.6)", "time.sleep(60)"),
            cell_seconds=1,
        )
    assert time.monotonic() - started < 3 + SOON


def test_what_a_notebook_started_does_not_outlive_it(engine: Engine) -> None:
    made = notebook(
        "import subprocess\n"
        "a = subprocess.Popen(['sleep', '600'])\n"
        "b = subprocess.Popen(['sleep', '600'], start_new_session=True)\n"
        "print(a.pid, b.pid)"
    )
    engine.execute(made)
    pids = [int(pid) for pid in shown(made)[0].split()]
    assert soon(lambda: not any(map(alive, pids)))


def test_after_a_bad_end_the_engine_goes_on(engine: Engine) -> None:
    with pytest.raises(Ended):
        engine.execute(notebook("import os\nos.abort()"))
    assert ran(engine, "1 + 1") == ["2"]


def test_exit_in_the_middle_is_reported_and_at_the_end_is_fine(engine: Engine) -> None:
    with pytest.raises(Ended, match="exit"):
        engine.execute(notebook("exit", "print('never')"))
    assert ran(engine, "print('last')\nexit()") == ["last\n"]


def test_what_a_notebook_left_open_or_for_the_end_is_written(
    engine: Engine, tmp_path: Path
) -> None:
    ran(engine, "f = open('open.txt', 'w')\nf.write('全文');\n",
        "import atexit\natexit.register(lambda: open('end.txt', 'w').write('done'))",
        cwd=tmp_path)  # fmt: skip
    assert (tmp_path / "open.txt").read_text(encoding="utf-8") == "全文"
    assert (tmp_path / "end.txt").read_text(encoding="utf-8") == "done"


def test_a_notebook_that_does_not_end_after_its_last_cell_is_ended(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evalbook.engine.session.FAREWELL", 0.3)
    started = time.monotonic()
    made = "import atexit, time\natexit.register(time.sleep, 60)\nprint('done')"
    assert ran(engine, made)[0] == "done\n"
    assert time.monotonic() - started < SOON


# ---- the parent

CLIENT = """
import sys, threading
from evalbook.engine.client import Engine
from evalbook.notebookfile import code_cell
engine = Engine()
def run():
    source = ("import os, subprocess, time\\n"
              "p = subprocess.Popen(['sleep', '600'], start_new_session=True)\\n"
              "print(os.getpid(), p.pid, file=open(%r, 'a'), flush=True)\\ntime.sleep(600)")
    notebook = {"cells": [code_cell(source, "a")], "metadata": {}, "nbformat": 4,
                "nbformat_minor": 5}
    engine.execute(notebook)
for _ in range(2):
    threading.Thread(target=run).start()
print(engine.pid, flush=True)
"""


@pytest.mark.parametrize("victim", ["client", "parent"])
def test_a_kill_leaves_no_process(tmp_path: Path, victim: str) -> None:
    log = tmp_path / "pids"
    log.touch()
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT % str(log)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "lib")},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout
    parent = int(process.stdout.readline())
    end = time.monotonic() + 60
    while len(log.read_text().split()) < 4 and time.monotonic() < end:
        time.sleep(0.05)
    pids = [int(pid) for pid in log.read_text().split()]
    assert len(pids) == 4 and all(map(alive, pids))
    os.kill(process.pid if victim == "client" else parent, signal.SIGKILL)
    started = [parent, pids[0], pids[2]] + ([pids[1], pids[3]] if victim == "client" else [])
    try:
        assert soon(lambda: not any(map(alive, started)))
    finally:
        for pid in (process.pid, *pids):
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


@pytest.mark.thorough
def test_a_parent_that_dies_is_said_and_replaced() -> None:
    with closing(Engine()) as engine:
        with pytest.raises(EngineError, match="执行笔记本的程序停止了"):
            engine.execute(notebook(f"import os, time\nos.kill({engine.pid}, 9)\ntime.sleep(60)"))
        assert ran(engine, "1 + 1") == ["2"]


@pytest.mark.thorough
def test_a_changed_library_is_loaded_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Engine()) as engine:
        ran(engine, "1")
        first = engine.pid
        ran(engine, "1")
        assert engine.pid == first
        monkeypatch.setattr(engine_client, "_state_of_library", lambda: (("a.py", 1, 1),))
        ran(engine, "1")
        assert engine.pid != first
        assert soon(lambda: not alive(first))


@pytest.mark.thorough
def test_closing_ends_what_still_runs() -> None:
    made = notebook("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")
    with ThreadPoolExecutor(1) as pool, closing(Engine()) as engine:
        engine.execute(notebook("1"))
        running = pool.submit(engine.execute, made)
        assert soon(lambda: bool(shown(made)))
        pid = int(shown(made)[0])
        engine.close()
        with pytest.raises(EngineError, match="已经关闭"):
            running.result(SOON)
    assert soon(lambda: not alive(pid))


@pytest.mark.thorough
def test_a_parent_with_threads_refuses_to_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a library that it loads starts one."""
    code = "import threading, time\nthreading.Thread(target=time.sleep, args=[600], daemon=True)"
    (tmp_path / "sitecustomize.py").write_text(f"{code}.start()")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", path)
    with closing(Engine()) as engine, pytest.raises(EngineError, match="2 个线程"):
        engine.execute(notebook("1"))


def test_only_memory_of_its_own_counts(engine: Engine) -> None:
    used = engine.execute(notebook("1"), measured=True)
    more = engine.execute(notebook("x = bytearray(50 << 20)"), measured=True)
    assert 1 << 20 < used < 30 << 20
    assert 45 << 20 < more - used < 60 << 20
    assert watch.private(os.getpid()) > 10 << 20


def test_without_fork_kernels_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evalbook.engine.can_fork", lambda: False)
    monkeypatch.setattr("evalbook.engine.client.can_fork", lambda: False)
    with opened() as usual, opened("kernel") as asked_for:
        assert type(usual).__name__ == type(asked_for).__name__ == "Kernels"
    with pytest.raises(InputError, match="请用 --engine kernel"), opened("evalbook"):
        pass


def test_what_nobody_needs_is_not_started() -> None:
    with opened("evalbook", at_once=False) as engine:
        assert isinstance(engine, Engine)
        assert not engine.pid
        ran(engine, "1")
        assert alive(engine.pid)


def test_what_starts_and_is_not_needed_is_ended_at_once() -> None:
    """Long before it has imported what a notebook might need."""
    with closing(Engine()) as engine:
        pid = engine.pid
        assert alive(pid)
    assert not alive(pid)


def test_an_error_names_its_cell(engine: Engine) -> None:
    with pytest.raises(CellFailed) as failed:
        engine.execute(notebook("1", "", "1 / 0", "print('never')"))
    assert (failed.value.index, failed.value.name) == (2, "ZeroDivisionError")
