"""Which way is good: from 指标性质, from the sign of the target, else as the regulation counts."""

from dataclasses import dataclass

from evalbook.cells import Cell, CellError, parse_cell
from evalbook.forms.form import Indicator, Printed
from evalbook.forms.grid import GridCell
from evalbook.forms.ledger import one_line
from evalbook.forms.levels import Sheet
from evalbook.forms.words import FormWords, one_of
from evalbook.standards import Column

TARGET = Column(name="指标值", type="target")
_OF_SIGN = {"≥": "higher", ">": "higher", "≤": "lower", "<": "lower", "=": "equal"}
NAMES = {"higher": "越高越好", "lower": "越低越好", "equal": "等于指标值", "qualitative": "定性"}
Path = tuple[Indicator, Indicator | None, str]


@dataclass(frozen=True, slots=True)
class Direction:
    """A direction, the rule that follows from not knowing it, and what to tell about it."""

    direction: str
    rule: str = ""
    remark: str = ""


def direction(sheet: Sheet, target: Printed, nature: GridCell | None, path: Path) -> Direction:
    """The direction of an indicator below `path`; what is not stated is told as such."""
    try:
        parsed = parse_cell(target.text, TARGET)
    except CellError:
        return Direction("")
    stated = _of_nature(sheet, parsed, nature) if nature and nature.text else ""
    if nature and stated:
        return Direction(stated, remark=f"指标性质 {one_line(nature.text)}：{NAMES[stated]}")
    return of_target(parsed, _undirected(sheet.words, path))


def of_target(target: Cell, undirected: bool) -> Direction:
    """What a target says by itself; `undirected` when a bare number may be good either way."""
    if target.sign:
        return Direction(_OF_SIGN[target.sign], remark=NAMES[_OF_SIGN[target.sign]])
    if target.high is not None:
        return Direction("range", remark="区间")
    if target.value is None:
        return _of_words(target)
    if target.value == 0:
        return Direction("zero", remark="指标值为零，完成值应为零")
    if undirected:
        remark = "没有写 ≥ ≤ =，不知道高好还是低好，得分不复算"
        return Direction("", "published", remark)
    return Direction("higher", remark="没有写 ≥ ≤ =，按完成值÷指标值计分，理解为越高越好")


def _of_words(target: Cell) -> Direction:
    if target.state != "value":
        return Direction("")
    if any(character.isdigit() for character in target.text):
        return Direction("", remark="指标值不是单独一个数，按文字读入")
    return Direction("qualitative", remark="定性")


def _of_nature(sheet: Sheet, target: Cell, nature: GridCell) -> str:
    """The direction that 指标性质 states; a fault when it is unknown or the target says another."""
    known = sheet.words.natures
    stated = next((key for key, signs in known.items() if one_of(nature.text, signs)), None)
    own = _OF_SIGN.get(target.sign, "")
    if stated is None:
        problem = f"指标性质“{one_line(nature.text)}”没有识别"
        sheet.ledger.fault(nature, problem, "请写 ≥、≤、= 或 定性")
    elif own and stated in NAMES and stated != own:
        problem = f"指标性质“{one_line(nature.text)}”与指标值“{target.text}”的方向不同"
        sheet.ledger.fault(nature, problem, "请统一写法")
    return stated if stated in NAMES else ""


def _undirected(words: FormWords, path: Path) -> bool:
    level1, level2, name = path
    known = words.undirected
    if level1.id in known.levels or (level2 and level2.id in known.groups):
        return True
    return any(word in name for word in known.words)


SIGNS = {"higher": "≥", "lower": "≤", "equal": "=", "qualitative": "定性"}


def nature_of(words: FormWords, line: Indicator, path: Path) -> str:
    """What 指标性质 must say for a line to keep its direction; nothing when the target says it."""
    try:
        target = parse_cell(line.target, TARGET)
    except CellError:
        return ""
    alone = of_target(target, _undirected(words, path)).direction
    return "" if target.sign or alone == line.direction else SIGNS.get(line.direction, "")
