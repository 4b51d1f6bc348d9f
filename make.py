"""Sets the workbook up and runs its everyday commands: `python make.py report`.

Standard library only, so that it runs on a machine that has nothing but Python; the Makefile
merely calls it. What the user reads is Chinese. It must stay readable to Python 3.7, or an old
Python would show a syntax error in place of the sentence that says which one is needed.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
PIP_WITH_PYTHON_OPTION = (22, 3)

# Two processes of tests; those of one file stay together, as they share what they prepare.
TWO_AT_A_TIME = ("-n", "2", "--dist", "loadfile")

# What the tests marked `browser` and `office` need: Debian's package and the command it brings.
TEST_TOOLS = {
    "chromium": "chromium",
    "libreoffice-writer": "soffice",
    "pandoc": "pandoc",
    "poppler-utils": "pdftoppm",
    "fonts-noto-cjk": "",
}

# The one reason for which a test may be skipped by test-all: no package source has a Quarto.
MAY_BE_MISSING = "没有 Quarto"

NO_NETWORK = re.compile(
    r"error sending request|dns error|connection|timed? ?out|proxy|network is unreachable", re.I
)
WRONG_HASH = re.compile(r"do not match the hashes|hash mismatch", re.I)
DISK_FULL = re.compile(r"no space left|not enough space|disk quota", re.I)


class Stop(Exception):
    """Ends the command with a sentence that tells the user what to do."""


# ---- where things are


def venv_python(root: Path) -> Path:
    """The interpreter of the workbook's own environment."""
    return venv_command(root, "python")


def venv_command(root: Path, name: str) -> Path:
    if os.name == "nt":
        return root / ".venv" / "Scripts" / f"{name}.exe"
    return root / ".venv" / "bin" / name


def lock_path(root: Path) -> Path:
    return root / "requirements.txt"


def stamp_path(root: Path) -> Path:
    return root / ".venv" / "setup.json"


def log_path(root: Path) -> Path:
    return root / ".venv" / "setup.log"


# ---- what a finished set-up leaves behind


def fingerprint(root: Path) -> dict[str, str]:
    """What an environment depends on; `place` because a copied or moved one does not work."""
    contents = lock_path(root).read_bytes() + (root / "pyproject.toml").read_bytes()
    return {
        "python": f"{sys.version_info[0]}.{sys.version_info[1]}",
        "place": str(root),
        "packages": hashlib.sha256(contents).hexdigest(),
    }


def read_stamp(root: Path) -> dict[str, str]:
    try:
        stamp = json.loads(stamp_path(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(root: Path) -> None:
    text = json.dumps(fingerprint(root), ensure_ascii=False, indent=2)
    stamp_path(root).write_text(text + "\n", encoding="utf-8")


def work_needed(root: Path) -> str:
    """`nothing`, `update` (other packages) or `rebuild` (none, unfinished, moved, other Python)."""
    stamp, wanted = read_stamp(root), fingerprint(root)
    if not venv_python(root).exists():
        return "rebuild"
    if stamp == wanted:
        return "nothing"
    same_base = all(stamp.get(key) == wanted[key] for key in ("python", "place"))
    return "update" if same_base else "rebuild"


# ---- setting up


def set_up(root: Path) -> None:
    """Leaves a ready .venv; returns at once when there is one."""
    work = work_needed(root)
    if work == "nothing":
        return
    started = time.monotonic()
    if work == "rebuild":
        create_venv(root)
    else:
        stamp_path(root).unlink()
    log_path(root).write_bytes(b"")
    install_packages(root)
    write_stamp(root)
    print(f"运行环境已就绪（用时 {time.monotonic() - started:.0f} 秒）。", flush=True)


def create_venv(root: Path) -> None:
    """An empty environment; its pip comes with the lock, as Debian's venv cannot bring one."""
    print("正在建立运行环境 .venv ……", flush=True)
    try:
        if (root / ".venv").exists():
            shutil.rmtree(root / ".venv")
    except OSError as error:
        raise Stop(
            f"无法更新 .venv：{error.filename} 正被占用或不可写。请关闭 JupyterLab 等程序，"
            "确认本文件夹可写，再运行同一条命令。"
        ) from None
    command = [sys.executable, "-m", "venv", "--without-pip", str(root / ".venv")]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise Stop(
            "无法建立 .venv：请确认本文件夹可写、磁盘有空间，且 Python 带有 venv 模块"
            "（Debian、Ubuntu：apt-get install python3-venv）。"
        )


def install_packages(root: Path) -> None:
    """The locked packages, checked against their hashes, then the workbook itself, editable."""
    print("正在安装锁定版本的软件包，首次需要一两分钟 ", end="", flush=True)
    locked = ["--require-hashes", "--only-binary", ":all:", "-r", str(lock_path(root))]
    itself = ["--no-deps", "--no-build-isolation", "-e", str(root)]
    uv = shutil.which("uv") or bootstrap_uv(root)
    done = False
    if uv:
        installer, environment = uv_install(root, uv), uv_environment(root)
        done = all(run_logged(root, [*installer, *what], environment) for what in (locked, itself))
    if not done:
        installer = [*pip_command(root), "install", "--no-input", "--disable-pip-version-check"]
        done = all(run_logged(root, [*installer, *what]) for what in (locked, itself))
    print(flush=True)
    if not done:
        raise Stop(explain_failure(root))


def bootstrap_uv(root: Path) -> str | None:
    """uv, by pip, from its own lines of the lock: 10 seconds in place of pip's 80 for the rest."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "uv.txt"
        wanted.write_text(lock_entry(root, "uv"), encoding="utf-8")
        locked = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(wanted)]
        command = [*pip_command(root), "install", "--no-input", "--disable-pip-version-check"]
        done = run_logged(root, [*command, *locked])
    return str(venv_command(root, "uv")) if done else None


def lock_entry(root: Path, name: str) -> str:
    """The lines of one package in the lock: its version and its hashes."""
    text = lock_path(root).read_text(encoding="utf-8")
    entry = re.search(rf"^{re.escape(name)}==.*(\n    --hash=.*)+", text, re.M)
    if entry is None:
        raise Stop(f"requirements.txt 中没有 {name}。请恢复该文件，或运行 lock 重新生成。")
    return entry.group() + "\n"


def pip_command(root: Path) -> list[str]:
    """This Python's pip working on .venv, or, where it has none, the one Python carries along."""
    if pip_version() >= PIP_WITH_PYTHON_OPTION:
        return [sys.executable, "-m", "pip", "--python", str(venv_python(root))]
    if run_logged(root, [str(venv_python(root)), "-m", "ensurepip"]):
        return [str(venv_python(root)), "-m", "pip"]
    raise Stop(
        "找不到 pip。请先安装 pip（Debian、Ubuntu：apt-get install python3-pip；"
        "Windows：重新运行 Python 安装程序并勾选 pip），再运行同一条命令。"
    )


def pip_version() -> tuple[int, ...]:
    try:
        version = str(importlib.import_module("pip").__version__)
    except ImportError:
        return ()
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])


def uv_install(root: Path, uv: str) -> list[str]:
    return [uv, "pip", "install", "--no-progress", "--python", str(venv_python(root))]


def uv_environment(root: Path) -> dict[str, str]:
    """uv reads neither pip's settings, such as a mirror, nor the system's certificates unasked."""
    environment = {"UV_SYSTEM_CERTS": "true", **os.environ}
    index = os.environ.get("PIP_INDEX_URL") or configured_pip_index(root)
    if index:
        environment.setdefault("UV_DEFAULT_INDEX", index)
    return environment


def configured_pip_index(root: Path) -> str:
    command = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    answer = subprocess.run(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return answer.stdout.decode("utf-8", "replace").strip() if answer.returncode == 0 else ""


def run_logged(root: Path, command: list[str], environment: dict[str, str] | None = None) -> bool:
    """Runs a command with its output in the log and a dot on the screen every few seconds."""
    with log_path(root).open("ab") as log:
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        while process.poll() is None:
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                print("…", end="", flush=True)
    return process.returncode == 0


def explain_failure(root: Path) -> str:
    log = log_path(root).read_text(encoding="utf-8", errors="replace")
    if DISK_FULL.search(log):
        advice = "磁盘空间不足（约需 1 GB）。请清理后再运行同一条命令。"
    elif WRONG_HASH.search(log):
        advice = "下载的软件包与锁定文件的校验值不符，未予安装。请重试；仍如此时请换一个软件源。"
    elif NO_NETWORK.search(log):
        advice = (
            "连不上软件源。请检查网络或代理（HTTPS_PROXY），或用 pip config set global.index-url "
            "设置单位可用的镜像，再运行同一条命令。"
        )
    else:
        advice = "请再运行一次；仍失败时把下面的日志发给维护人员。"
    return f"软件包没有装完：{advice}\n日志：{log_path(root)}"


# ---- the commands


def run_in_venv(root: Path, *arguments: str) -> int:
    """Runs a Python module inside .venv, as if the environment were activated."""
    environment = dict(os.environ)
    scripts = str(venv_python(root).parent)
    environment["PATH"] = scripts + os.pathsep + environment.get("PATH", "")
    environment["VIRTUAL_ENV"] = str(root / ".venv")
    command = [str(venv_python(root)), "-m", *arguments]
    return subprocess.run(command, cwd=root, env=environment, check=False).returncode


def setup(root: Path, extra: list[str]) -> int:
    """准备运行环境（.venv），已就绪则立即返回"""
    if extra:
        raise Stop(f"setup 不接受参数：{' '.join(extra)}")
    if work_needed(root) == "nothing":
        print("运行环境已就绪。")
    set_up(root)
    return 0


def report(root: Path, extra: list[str]) -> int:
    """生成青岛 2019 年度评价报告，结果在 outputs/qingdao-2019/"""
    set_up(root)
    return run_in_venv(root, "evalbook", "run", "qingdao-2019", *extra)


def lab(root: Path, extra: list[str]) -> int:
    """打开 JupyterLab"""
    set_up(root)
    return run_in_venv(root, "evalbook", "lab", *extra)


def test(root: Path, extra: list[str]) -> int:
    """运行测试，要浏览器或办公软件的和费时的项目跳过并说明"""
    set_up(root)
    return run_in_venv(root, "pytest", *TWO_AT_A_TIME, "--quick", *extra)


def test_all(root: Path, extra: list[str]) -> int:
    """安装浏览器、办公软件和中文字体后运行全部测试，不得跳过"""
    set_up(root)
    install_test_tools()
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "tests.xml"
        code = run_in_venv(root, "pytest", *TWO_AT_A_TIME, f"--junit-xml={record}", *extra)
        skipped, excused = skipped_tests(record)
    if excused:
        print(f"有 {len(excused)} 项测试没有运行（{MAY_BE_MISSING}）：" + "、".join(excused))
    if skipped:
        print(f"有 {len(skipped)} 项测试被跳过，按失败处理：" + "、".join(skipped))
    return code or int(bool(skipped))


def check(root: Path, extra: list[str]) -> int:
    """检查代码格式、写法和类型"""
    set_up(root)
    tools = (
        ("ruff", "format", "--check", *extra),
        ("ruff", "check", *extra),
        ("mypy", "lib", "make.py"),
    )
    return max(run_in_venv(root, *tool) for tool in tools)


def lock(root: Path, extra: list[str]) -> int:
    """由 requirements.in 重新生成 requirements.txt（加 --upgrade 则一并升级）"""
    uv = venv_command(root, "uv")
    if not uv.exists():
        raise Stop("请先运行 setup。")
    options = (
        "--quiet --universal --python-version 3.11 --only-binary :all: --generate-hashes"
        " --no-header --no-annotate --no-emit-index-url --no-emit-find-links"
        " --output-file requirements.txt requirements.in"
    )
    command = [str(uv), "pip", "compile", *options.split(), *extra]
    code = subprocess.run(command, cwd=root, env=uv_environment(root), check=False).returncode
    print("requirements.txt 没有更新，原因见上。" if code else "requirements.txt 已更新。")
    return code


def skipped_tests(record: Path) -> tuple[list[str], list[str]]:
    """Names of the skipped tests in pytest's XML, and of those that may be.

    An expected failure is not a skipped test.
    """
    skipped: list[str] = []
    excused: list[str] = []
    cases = ElementTree.parse(record).iter("testcase") if record.exists() else ()
    for case in cases:
        for mark in case.iter("skipped"):
            if mark.get("type") == "pytest.skip":
                may_be = mark.get("message", "").startswith(MAY_BE_MISSING)
                (excused if may_be else skipped).append(case.get("name", ""))
    return skipped, excused


def install_test_tools() -> None:
    """Through apt-get where there is one and we may; otherwise says what is missing."""
    missing = [package for package in TEST_TOOLS if not tool_present(package)]
    if not missing:
        return
    print(f"全部测试还需要：{' '.join(missing)}，正在准备 ……", flush=True)
    if not apt_install(missing):
        print("无法自动安装，请手工安装后重试；现在先照常测试。", flush=True)


def tool_present(package: str) -> bool:
    command = TEST_TOOLS[package]
    if command:
        return shutil.which(command) is not None
    if shutil.which("fc-list") is None:
        return os.name == "nt" or sys.platform == "darwin"
    fonts = subprocess.run(["fc-list", ":lang=zh"], stdout=subprocess.PIPE, check=False)
    return bool(fonts.stdout.strip())


def apt_install(packages: list[str]) -> bool:
    apt = shutil.which("apt-get")
    if apt is None:
        return False
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["install", "-y", "-qq", "--no-install-recommends", *packages]
    for step in (["update", "-qq"], install):
        try:
            done = subprocess.run(
                [*as_root, apt, *step], env=environment, stdout=subprocess.DEVNULL, check=False
            )
        except OSError:
            return False
        if done.returncode:
            return False
    return True


COMMANDS = {
    "setup": setup,
    "report": report,
    "lab": lab,
    "test": test,
    "test-all": test_all,
    "check": check,
    "lock": lock,
}


# ---- the way in


def unsuitable_python(version: tuple[int, int]) -> str:
    """The sentence for a Python that cannot run the workbook; empty for one that can."""
    if OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        return ""
    oldest, newest, found = (f"{v[0]}.{v[1]}" for v in (OLDEST_PYTHON, NEWEST_PYTHON, version))
    return (
        f"需要 Python {oldest} 至 {newest}，现在用的是 {found}。请安装合适的版本，然后指明用它：\n"
        f"  make PYTHON=python{newest} report\n"
        f"  Windows：py -{newest} make.py report"
    )


def usage() -> str:
    lines = [f"  {name:<10}{command.__doc__}" for name, command in COMMANDS.items()]
    return "\n".join(["用法：make 命令，或 python make.py 命令 [参数]", *lines])


def leave_venv(arguments: list[str]) -> int | None:
    """Started by .venv's own Python, hands over to the one below: it cannot rebuild itself."""
    if Path(sys.prefix).resolve() != ROOT / ".venv":
        return None
    base = str(getattr(sys, "_base_executable", sys.executable))
    return subprocess.run([base, str(ROOT / "make.py"), *arguments], check=False).returncode


def main(arguments: list[str]) -> int:
    problem = unsuitable_python((sys.version_info[0], sys.version_info[1]))
    if problem:
        raise Stop(problem)
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(usage())
        return 0
    if arguments[0] not in COMMANDS:
        raise Stop(f"没有“{arguments[0]}”这个命令。\n{usage()}")
    handed_over = leave_venv(arguments)
    if handed_over is not None:
        return handed_over
    return COMMANDS[arguments[0]](ROOT, arguments[1:])


def protected_main(arguments: list[str]) -> int:
    """Whatever goes wrong, the user reads a sentence."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        return main(arguments)
    except Stop as stop:
        print(stop, file=sys.stderr)
    except KeyboardInterrupt:
        print("\n已中断。再运行同一条命令即可继续。", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"无法读写文件 {error.filename or ''}：{error.strerror}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(protected_main(sys.argv[1:]))
