"""Small notebooks whose outputs the forked engine and a kernel must give alike."""

import json
from collections.abc import Mapping
from typing import Any

from evalbook.notebookfile import code_cell

PLOT = "import matplotlib.pyplot as plt\n"

SNIPPETS: Mapping[str, tuple[str, ...]] = {
    "result": ("1 + 1", "_ + 1", "None", "'文字'", "_1", "Out[1], In[1]", "3;"),
    "printed": ("print('一', end='')\nprint('b')", "import sys\nprint('e', file=sys.stderr)"),
    "both streams": ("import sys\nprint('a')\nprint('b', file=sys.stderr)\nprint('c')\n4",),
    "between displays": ("print('a')\ndisplay(1)\nprint('b')\ndisplay(2)\nprint('c')\n3",),
    "carriage": ("for n in range(3):\n    print(f'\\r{n}', end='')",),
    "program": ("import os, subprocess\n_ = os.system('echo from a shell')",
                "print('one', flush=True)\n_ = subprocess.run(['echo', '二'])\nprint('three')",
                "_ = subprocess.run(['sh', '-c', 'echo wrong >&2'])"),
    "shell": ("!echo shell; echo more", "x = !echo caught\nx", "%%bash\necho in bash"),
    "c": ("import ctypes\nctypes.CDLL(None).puts(b'from C')\nctypes.CDLL(None).fflush(None);",),
    "frame": ("import pandas as pd\npd.DataFrame({'甲': [1, 2.5], 'b': ['x', None]})",
              "pd.set_option('display.max_rows', 4)\npd.DataFrame({'n': range(100)})",
              "print(pd.DataFrame({f'column {n}': [n] for n in range(40)}))",
              "pd.Series([1, 2], name='s')", "pd.DataFrame({'a': [1]}).info()"),
    "figure": (PLOT + "plt.plot([1, 2, 4]);", "fig, ax = plt.subplots()\nax.bar(['a'], [2])",
               "plt.plot([1])\nplt.show()\nprint('after')", "fig", "plt.get_backend()"),
    "figure by hand": ("from matplotlib.figure import Figure\nFigure()", "import matplotlib\n"
                       "matplotlib.get_backend(), matplotlib.rcParams['figure.dpi']",
                       PLOT + "Figure()"),
    "figure as drawing": ("%config InlineBackend.figure_formats = ['svg']\n"
                          "import matplotlib\nmatplotlib.rcParams['svg.hashsalt'] = 'x'\n"
                          "%config InlineBackend.print_figure_kwargs = "
                          "{'metadata': {'Date': None}}",
                          PLOT + "plt.plot([1, 2]);"),
    "frame as chart": ("import pandas as pd\npd.DataFrame({'a': [1, 2]}).plot()",
                       "%matplotlib inline\npd.Series([1, 3]).plot.bar();"),
    "figure that fails": (PLOT + "plt.plot([1])\n1 / 0",),
    "rich": ("from IPython.display import HTML, JSON, SVG, Image, Markdown, Latex, Javascript\n"
             "display(HTML('<b>b</b>'), Markdown('*m*'))", "JSON({'a': [1, None]})",
             "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "Latex('$x$')",
             "Javascript('1')",
             "class Both:\n    def _repr_html_(self): return '<i>'\n"
             "    def _repr_mimebundle_(self, include=None, exclude=None):\n"
             "        return {'application/x+json': {'k': (1, 2)}, 'text/plain': 'p'}, {'x': {}}\n"
             "Both()", "display({'text/plain': 'raw'}, raw=True, metadata={'m': 1})",
             "class Bad:\n    def _repr_html_(self): raise ValueError('no html')\nBad()"),
    "update": ("h = display('first', display_id='one')", "h.update('second')",
               "display('third', display_id='one')", "from IPython.display import update_display\n"
               "update_display('fourth', display_id='one')", "h.update(5);"),
    "cleared": ("from IPython.display import clear_output\nprint('a')\nclear_output()\nprint('b')",
                "print('a')\nclear_output(wait=True)\nprint('b')",
                "display('kept', display_id='k')\nclear_output()\ndisplay('x', display_id='k')",
                "print('a')\nclear_output(wait=True)"),
    "error": ("def f(x):\n    return 1 / x\nf(0)",),
    "error in a chain": ("try:\n    {}['a']\nexcept KeyError as e:\n"
                         "    raise ValueError('bad') from e",),
    "syntax": ("x = = 1",),
    "indentation": ("if True:\nx = 1",),
    "error of ours": ("from evalbook.errors import Fault, InputError\n"
                      "raise InputError([Fault('a', 'b', 'c')])",),
    "error in a thread": ("import threading\nt = threading.Thread(target=print, args=['in'])\n"
                          "t.start(); t.join()",),
    "printed, then error": ("print('before')\nraise RuntimeError('no')",),
    "expected": ("#raises\n1 / 0", "print('goes on')"),
    "left out": ("#skip\nprint('never')", "2"),
    "assertion": ("assert 1 == 2, '不等'",),
    "interrupt": ("raise KeyboardInterrupt",),
    "system exit": ("print('a')\nimport sys\nsys.exit(0)", "print('never')"),
    "system exit with a fault": ("import sys\nsys.exit('坏了')",),
    "exit at the end": ("print(1)\nexit",),
    "asked": ("input('name? ')",),
    "asked for a password": ("import getpass\ngetpass.getpass()",),
    "await": ("import asyncio\nawait asyncio.sleep(0, 'done')",
              "async def f():\n    return 7\nx = await f()\nx",
              "task = asyncio.create_task(f())", "await task",
              "async for n in (i async for i in agen()):\n    pass"),
    "loop": ("import asyncio\nasync def f(): return 1\n", "asyncio.run(f())"),
    "magics": ("%pwd", "%env NO_SUCH=1", "%whos", "%%writefile note.txt\nhello", "%cat note.txt",
               "%load_ext autoreload", "%xmode Plain", "1 / 0"),
    "captured": ("%%capture c\nprint('x')\ndisplay(1)", "c.stdout, len(c.outputs)", "c.show()"),
    "unknown magic": ("%nosuch",),
    "question": ("len?", "print('after')"),
    "history": ("a = 1", "_i1, In[1], len(In), _ih[1]", "%history",
                "get_ipython().execution_count"),
    "warned": ("import warnings\nwarnings.warn('careful')",),
    "deprecated": ("import warnings\nwarnings.warn('old', DeprecationWarning)",),
    "logged": ("import logging\nlogging.warning('logged')",),
    "names": ("__name__", "type(get_ipython()).__name__", "import __main__\nx = 5\n__main__.x",
              "sorted(n for n in dir() if not n.startswith('_'))", "import sys\nsys.path[0]",
              "sys.stdout.isatty(), sys.stdin.isatty(), sys.stdout.encoding"),
    "classes": ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\nP(1)",
                "import pickle\npickle.loads(pickle.dumps(P(2)))", "import inspect\n"
                "print(inspect.getsource(P))"),
    "environment": ("import os\n{k: os.environ.get(k) for k in ('TERM', 'CLICOLOR', 'FORCE_COLOR',"
                    " 'PAGER', 'MPLBACKEND', 'OPENBLAS_NUM_THREADS', 'EVALBOOK_TEST')}",
                    "os.path.basename(os.getcwd())"),
    "widgets": ("import ipywidgets as w\ns = w.IntSlider(value=3)\ns", "s.value = 5",
                "@w.interact(n=3)\ndef f(n): print('n', n)"),
    "output widget": ("import ipywidgets as w\no = w.Output()\nwith o:\n    print('inside')",
                      "print('outside')"),
    "progress": ("from tqdm import tqdm\nfor _ in tqdm([]): pass",),
    "many lines": ("for n in range(5000): print('行', n)",),
    "bytes": ("import sys\nprint('\\udc80|')" ,),
    "unprintable": ("class R:\n    def __repr__(self): raise ValueError('no')\nR()",),
    "processes": ("import os\npid = os.fork()\nif not pid:\n    os._exit(3)\n"
                  "os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])",),
}  # fmt: skip

_TAGS = {"#raises": "raises-exception", "#skip": "skip-execution"}


def notebook(*sources: str) -> dict[str, Any]:
    """A notebook of code cells; a first line `#raises` or `#skip` is a tag."""
    cells = []
    for number, source in enumerate(sources):
        found = [tag for mark, tag in _TAGS.items() if source.startswith(mark)]
        cells.append(code_cell(source, f"cell-{number}", *found))
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def told(notebook: Mapping[str, Any]) -> str:
    """The notebook as text, to compare."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
