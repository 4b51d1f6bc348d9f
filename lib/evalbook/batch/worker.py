"""A worker of a batch: `python -m evalbook.batch.worker ROOT`, a line of JSON for each case.

Asked on stdin, answered on the stdout that it was started with; whatever else prints goes to
stderr. It ends when stdin does, at once, so that nothing outlives the batch: a case that was being
made is then as before. Ctrl-C is the batch's business.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any


def main(root: str) -> None:
    """Serve cases until stdin ends."""
    signal.signal(signal.SIGINT, lambda *_: None)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    asked = _asked()
    os.environ["EVALBOOK_ROOT"] = root
    _serve(root, asked, answers)


def _asked() -> Iterator[dict[str, Any]]:
    """What is asked, in order; a thread reads it, to notice at any time that the batch is gone."""
    waiting: SimpleQueue[dict[str, Any]] = SimpleQueue()
    lines = os.fdopen(os.dup(0), encoding="utf-8")
    with open(os.devnull) as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)

    def read() -> None:
        for line in lines:
            waiting.put(json.loads(line))
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield waiting.get()


def _serve(root: str, asked: Iterator[dict[str, Any]], answers: IO[str]) -> None:
    from evalbook.batch.unit import Options, check_one, run_one
    from evalbook.engine import opened
    from evalbook.hashes import shared
    from evalbook.paths import Workbook
    from evalbook.report import forget

    first = next(asked)
    options = Options.of(first["options"])
    with opened(options.engine) as engine:
        taken = shared(Workbook(Path(root)))
        import evalbook.run  # noqa: F401  # what every case needs, before the first is timed

        print(json.dumps({"ready": os.getpid()}), file=answers, flush=True)
        for task in asked:
            if task["do"] == "check":
                outcome = check_one(root, task["case"])
            else:
                taken.known.clear()
                taken.stated.clear()
                outcome = run_one(root, task["case"], options, engine, taken, wait=task["wait"])
                forget()
            leaves = outcome.status == "failed" and outcome.again
            answer = {"outcome": outcome.data, "leaves": leaves}
            print(json.dumps(answer), file=answers, flush=True)
            if leaves:  # what broke may be this process or its engine: the next case gets new ones
                return


if __name__ == "__main__":
    main(sys.argv[1])
