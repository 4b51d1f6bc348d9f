"""Sample reports, so long and so wide as real ones."""

import base64
import io
from functools import lru_cache
from pathlib import Path

from evalbook.blocks import Cell, Figure, Heading, Note, Prose, Run, Table
from evalbook.report.document import Document, assemble

FACTS = (
    ("被评价部门", "青岛市医疗保障局"),
    ("实施单位", "青岛市医疗保障局、青岛市医疗保障事业中心"),
    ("评价年度", "2019 年度"),
    ("委托方", "青岛市财政局"),
    ("评价机构", "北京华盛中天咨询有限责任公司（绩效评价工作组）"),
    ("报告日期", ""),
)
BUDGET = """\
一|人员经费|1670.88|1670.88|1663.70|7.18|99.57%|
二|公用经费|999.45|999.45|993.34|6.11|99.39%|
三|专项资金|135174.77|134898.06|133960.57|937.49|99.31%|
（一）|城乡居民医疗保险补助资金|124251.00|124251.00|124251.00|0.00|100.00%|
（二）|中央财政医保服务能力提升资金|904.00|904.00|276.98|627.02|30.64%|
（三）|省属特困企事业单位离休干部医疗统筹费|486.00|486.00|486.00|0.00|100.00%|7 月由国库转入财政账户
（四）|补充医疗保险财政补助|5000.00|5000.00|5000.00|0.00|100.00%|
（五）|市属困难企事业单位离休干部医疗费财政补助|3907.00|3630.29|3630.29|0.00|100.00%|
（六）|社会保险管理资金及医保业务经费|626.77|626.77|316.30|310.47|50.47%|
|合计|137845.10|137568.39|136617.61|950.78|99.31%|"""
DISTRICTS = """\
市南区|4697.72|4697.72|0.00|100.00%
市北区|7334.18|5900.51|1433.67|80.45%
李沧区|6085.99|0.00|6085.99|0.00%
城阳区|11593.25|11593.25|0.00|100.00%
西海岸新区|30695.27|30695.27|0.00|100.00%
崂山区|5062.73|5062.73|0.00|100.00%
高新区|3049.64|3049.64|0.00|100.00%
即墨区|39793.63|39793.63|0.00|100.00%
胶州市|28349.47|28349.47|0.00|100.00%
平度市|47346.67|47600.00|-253.33|100.54%
莱西市|23301.80|23301.80|0.00|100.00%"""
SCORES = """\
投入|10|10.00|100.00%
过程|30|26.32|87.73%
产出|30|25.01|83.37%
效益|30|28.98|96.60%
综合绩效|100|90.31|90.31%"""
LONG = (
    "评价组依据预算批复文件、资金拨付凭证和部门自评材料逐项核对，预算编制与年度工作任务基本匹配，"
    "但部分专项资金下达时间偏晚，年内形成的支出偏低，结余资金较多，需要在下一年度统筹安排。"
)


def _rows(text, name, align_from=1):
    """Cells of a table written as lines; figures carry an address."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [
            Cell(one, f"{name}.r{number}.c{i}", one.rstrip("%"))
            if one[:1].lstrip("-").isdigit() and i >= align_from
            else Cell(one)
            for i, one in enumerate(line.split("|"))
        ]
        rows.append(tuple(cells))
    return tuple(rows)


def _header(words):
    return (tuple(Cell(word) for word in words.split()),)


def _kinds(rows):
    totals = ("合计", "综合绩效")
    return tuple(
        "total"
        if any(c.text in totals for c in row)
        else "group"
        if row[0].text in "一二三"
        else "body"
        for row in rows
    )


def budget_table():
    rows = _rows(BUDGET, "budget", 2)
    return Table(
        "部门预算执行情况",
        _header("序号 资金项目 预算数 调整后预算数 执行数 结余数 预算执行率 说明"),
        rows,
        ("center", "left", *["right"] * 5, "left"),
        (3, 12, 6, 6, 6, 5, 5, 6),
        _kinds(rows),
        unit="万元",
        notes=("注：预算执行率＝执行数÷调整后预算数；调整后预算数含年中追加和调减。",),
    )


def district_table():
    rows = _rows(DISTRICTS, "due")
    return Table(
        "各区（市）城乡居民医保财政补助到位情况",
        (
            (Cell("区（市）", rowspan=2), Cell("资金", colspan=3), Cell("资金到位率", rowspan=2)),
            (Cell("应到位"), Cell("实际到位"), Cell("差额")),
        ),
        rows,
        ("left", *["right"] * 4),
        (4, 3, 3, 3, 3),
        ("body",) * len(rows),
        unit="万元",
    )


def score_table():
    rows = _rows(SCORES, "indicators")
    header = _header("指标 标准分值 实际得分 得分率")
    align = ("left", "right", "right", "right")
    return Table("绩效得分整体情况", header, rows, align, (4, 3, 3, 3), _kinds(rows))


def indicator_annex(count=25):
    rows = []
    for n in range(1, count + 1):
        head = ()
        if n % 5 == 1:
            head = (Cell(("投入", "过程", "产出", "效益", "满意度")[n // 5 % 5], rowspan=5),)
        rows.append(
            (
                *head,
                Cell(f"二级指标{n // 3 + 1}"),
                Cell(f"三级指标名称第{n}项执行到位情况"),
                Cell(f"{n % 5 + 1}", f"indicators.i{n}.full_marks", str(n % 5 + 1)),
                Cell("≥707568人" if n % 4 == 0 else "100%"),
                Cell("742,037.07", f"indicators.i{n}.actual", "742037.07"),
                Cell(f"15 × 8676 ÷ {8755 + n} = 14.86"),
                Cell(f"{n % 5 + 0.86:.2f}", f"indicators.i{n}.score", f"{n % 5 + 0.86:.2f}"),
                Cell(LONG if n % 3 == 0 else "完成值达到目标值，得满分。"),
            )
        )
    return Table(
        "指标评分表",
        _header("一级指标 二级指标 三级指标 分值 目标值 完成值 计算过程 得分 评分说明"),
        tuple(rows),
        ("center", "left", "left", "right", "right", "right", "left", "right", "left"),
        (3, 4, 6, 2, 4, 4, 6, 2, 12),
        ("body",) * count,
    )


def audit_annex(count=150):
    rows = tuple(
        (
            Cell(str(n)),
            Cell(("合计核对", "占比核对", "结转核对", "执行率核对")[n % 4]),
            Cell(f"budget.line_{n}.executed_amount" if n % 2 else f"parts.drg.facts.f{n}.share"),
            Cell(f"{n * 137.5:,.2f}", f"audit.a{n}.computed", f"{n * 137.5:.2f}"),
            Cell(f"{n * 137.5:,.2f}", f"audit.a{n}.printed", f"{n * 137.5:.2f}"),
            Cell("0.00"),
            Cell(("一致", "取整差", "无法核对", "不一致")[n % 4]),
            Cell(f"第{n}行所列执行数与其下属各项之和相符，{LONG}" if n % 2 else "两处数字相同。"),
        )
        for n in range(1, count + 1)
    )
    return Table(
        "勾稽核查表",
        _header("序号 核查内容 位置 计算值 原文值 差额 结论 说明"),
        rows,
        ("right", "left", "left", "right", "right", "right", "center", "left"),
        (2, 4, 6, 4, 4, 3, 3, 12),
        ("body",) * count,
        unit="万元",
    )


@lru_cache(maxsize=1)
def chart():
    """A bar chart with Chinese labels, as a notebook would give it."""
    import matplotlib
    import pylopdf_fonts_zh_cn
    from matplotlib import font_manager
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as MplFigure

    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    font_manager.fontManager.addfont(folder / "NotoSansSC-Regular.otf")
    settings = {"svg.hashsalt": "evalbook", "font.family": "Noto Sans SC"}
    with matplotlib.rc_context(settings):
        figure = MplFigure(figsize=(6.2, 2.8))
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        names = ["人员经费", "公用经费", "专项资金", "能力提升资金"]
        axes.barh(names, [99.57, 99.39, 99.31, 30.64], color="#1f4e8c")
        axes.set_xlabel("预算执行率（%）")
        figure.tight_layout()
        svg, png = io.StringIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    image = base64.b64encode(png.getvalue()).decode()
    alt = "条形图：各类资金的预算执行率，能力提升资金最低，为 30.64%。"
    return Figure("各类资金预算执行率", alt, svg.getvalue(), image)


def _chapter(name, *parts):
    body = Prose((Run(f"{name}：{LONG}"),))
    return (Heading(1, name), Heading(2, "总体情况"), body, *parts)


def blocks(audit_rows=150):
    result = Prose(
        (
            Run("2019 年度部门整体支出绩效评价综合得分 "),
            Run("90.31", "score.total", "90.31"),
            Run(" 分，绩效等级为“优”。预算执行率 "),
            Run("99.31%", "budget.total.rate", "99.31"),
            Run("，城乡居民医保财政补助到位率未公布。"),
        )
    )
    remark = "本表各项金额取自部门决算，与预算批复口径一致。"
    return (
        *_chapter(
            "基本情况", Prose((Run(LONG * 3),)), Heading(2, "预算情况"), result, budget_table()
        ),
        *_chapter(
            "评价工作开展情况",
            *(Prose((Run(f"{t}。{LONG}"),), "item") for t in ("明确主体", "科学公正")),
        ),
        *_chapter("综合评价情况及结论", result, score_table(), Note((Run(remark),))),
        Heading(1, "绩效指标分析"),
        Heading(2, "投入指标"),
        Heading(3, "预算执行"),
        Heading(4, "各类资金的执行"),
        Prose((Run(LONG * 2),)),
        chart(),
        Heading(3, "资金到位"),
        district_table(),
        Note((Run("市北区、李沧区补助资金未足额到位，差额合计 7519.66 万元。"),), "warning"),
        Prose((Run(LONG * 4),)),
        *_chapter("主要经验、存在的问题及原因", Prose((Run(LONG * 5),))),
        *_chapter("有关建议", Prose((Run(LONG * 3),))),
        *_chapter("其他需要说明的问题"),
        Heading(1, "指标评分表", annex=True),
        indicator_annex(),
        Heading(1, "勾稽核查表", annex=True),
        Prose((Run("下表列出本报告的全部勾稽核查结果。"),)),
        audit_annex(audit_rows),
        Heading(1, "数据来源", annex=True),
        Prose((Run(LONG),)),
    )


def report(audit_rows=150, **changes) -> Document:
    given = {
        "title": "2019 年度青岛市医疗保障局整体支出绩效评价报告",
        "facts": FACTS,
        "status": "draft",
        "date": "2020-10-30",
        "case": "qingdao-2019",
    }
    return assemble(blocks(audit_rows), **given | changes)
