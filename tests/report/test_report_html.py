"""The page as it is written: what may run on it, its figures, tables and charts."""

import base64
import hashlib
import json
import re

import pytest
from bs4 import BeautifulSoup
from report_sample import chart, report

from evalbook.blocks import Cell, Figure, Heading, Proof, Prose, Run, Table
from evalbook.house import House, Logo
from evalbook.report import render
from evalbook.report.document import assemble
from evalbook.report.html_table import view
from evalbook.report.svg import drawing

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
BREAKOUT = "</script><script>alert(1)</script><!-- ]]> \u2028 & '\""


def parsed(document):
    return BeautifulSoup(render(document, "html"), "html.parser")


def page(*blocks, **more):
    return parsed(assemble([Heading(1, "甲"), *blocks], title="报告", **more))


def table(*rows, kinds=(), headings=("名称", "数", "率")):
    body = tuple(tuple(Cell(text) for text in row) for row in rows)
    return Table(
        "表", (tuple(map(Cell, headings)),), body, ("left", *("right",) * (len(headings) - 1)),
        (1.0,) * len(headings), tuple(kinds) or ("body",) * len(rows),
    )  # fmt: skip


def svg(inside, **attributes):
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"{more}>{inside}</svg>'


def drawn(inside):
    return drawing(svg(inside), "f-1-1", "图", "说明")


# ---- what may run


def test_the_policy_names_what_runs_by_its_hash(document):
    soup = parsed(document)
    policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for kind, elements in {
        "script-src": soup.select("script:not([type])"),
        "style-src": soup.select("style"),
    }.items():
        digests = [hashlib.sha256(e.string.encode()).digest() for e in elements]
        wanted = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
        assert rules[kind].split() == wanted
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policy


def test_the_page_stands_alone(document):
    text = render(document, "html").decode()
    soup = BeautifulSoup(text, "html.parser")
    assert len(soup.select("script:not([type='application/json'])")) == 1
    assert not soup.select("link, iframe, object, embed, [style], base, form")
    assert not re.search(r"https?://|@import", text)
    attributes = {key for one in soup.find_all(True) for key in one.attrs}
    assert not [key for key in attributes if key.startswith("on")]
    assert soup.html["lang"] == "zh-CN"


def test_no_id_is_given_twice(document):
    ids = [one["id"] for one in parsed(document).select("[id]")]
    assert len(ids) == len(set(ids)) > 20


def test_proofs_lie_in_an_island_that_no_text_leaves():
    proof = Proof(BREAKOUT, BREAKOUT, BREAKOUT, BREAKOUT, BREAKOUT)
    soup = page(Prose((Run("1", "a.b.c", "1"),)), proofs={"a.b.c": proof, BREAKOUT: proof})
    assert len(soup.select("script")) == 2
    island = json.loads(soup.select_one("#proofs").string)
    assert island == {"a.b.c": [BREAKOUT] * 5, BREAKOUT: [BREAKOUT] * 5}
    assert soup.select_one(".value")["title"] == f"来源：{BREAKOUT}，数值：1"


# ---- figures


def test_a_figure_says_where_it_is_from_without_a_script():
    runs = (Run("3.5%", "t.r.rate", "3.5", computed=True), Run("7", "t.r.n", "7"))
    first, second = page(Prose(runs), proofs={"t.r.rate": Proof("表一：甲，率")}).select(".value")
    assert (first["title"], first["data-computed"]) == ("来源：表一：甲，率，数值：3.5", "true")
    assert second["title"] == "来源：t.r.n，数值：7"
    assert "data-computed" not in second.attrs


def test_a_reference_is_a_link():
    soup = page(Prose((Run("", ref="表"),)), table(("甲", "1", "2")))
    link = soup.select_one("a.ref")
    assert (link["href"], link.get_text()) == ("#t-1-1", "表 1-1")
    assert soup.select_one("#t-1-1")


# ---- tables


def test_a_table_has_a_caption_and_headers_both_ways(document):
    for one in parsed(document).select(".table table"):
        assert one.caption.select_one(".title").get_text()
        assert {th["scope"] for th in one.thead.select("th")} <= {"col", "colgroup"}
        assert {th["scope"] for th in one.tbody.select("th")} <= {"row", "rowgroup"}
    heads = [th.get_text() for th in parsed(document).select("#t-4-1 tbody th[scope=row]")]
    assert heads[:2] == ["市南区", "市北区"]


def test_rows_are_named_by_words_not_by_their_number():
    named = Table(
        "表", ((Cell("序号"), Cell("名称")),), ((Cell("1"), Cell("甲")),), ("center", "left"),
        (1.0, 1.0), ("body",),
    )  # fmt: skip
    assert [th.get_text() for th in page(named).select("tbody th")] == ["甲"]


ROWS = [(name, "1", "2") for name in "甲乙丙丁戊己"]
INDENTED = [("\u3000" + name, "1", "2") for name, *_ in ROWS]


@pytest.mark.parametrize(
    ("given", "annex", "sortable", "filtered"),
    [
        (table(*ROWS), False, True, False),
        (table(*ROWS), True, True, True),
        (table(*ROWS, *ROWS), False, True, True),
        (table(*ROWS[:4]), True, False, False),
        (table(*(row[:2] for row in ROWS), headings=("名称", "内容")), True, False, False),
        (table(*ROWS, ("合计", "6", ""), kinds=["body"] * 6 + ["total"]), False, True, False),
        (table(*ROWS, kinds=["group", *["body"] * 5]), True, False, False),
        (
            table(ROWS[0], *INDENTED, kinds=["group", *["body"] * 6]), True, True, True
        ),
    ],
    ids=["short", "annex", "long", "few", "list", "total", "flat groups", "indented groups"],
)  # fmt: skip
def test_a_table_is_sorted_where_nothing_is_torn_apart(given, annex, sortable, filtered):
    shown = view(given, annex)
    assert (shown.sortable, shown.filtered) == (sortable, filtered)


def test_cells_that_span_keep_their_order(document):
    soup = parsed(document)
    spanning = [one for one in soup.select("table") if one.select("tbody [rowspan], [colspan]")]
    assert spanning
    assert not [one for one in spanning if "data-sort" in one.attrs]


# ---- charts


def test_a_chart_is_drawn_and_told():
    soup = page(chart())
    one = soup.select_one("figure svg")
    assert one["role"] == "img"
    names = [soup.find(id=name).get_text() for name in one["aria-labelledby"].split()]
    assert names == [chart().caption, chart().alt]
    assert not one.select("style, metadata, [style]")
    assert one.select("path[fill]")
    used = {use["href"] for use in one.select("use")}
    assert used
    assert all(soup.find(id=href[1:]) for href in used)


def test_two_charts_share_no_ids():
    soup = page(chart(), chart())
    ids = [one["id"] for one in soup.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_chart_comes_with_its_figures():
    data = (("甲", Run("3.5%", "t.a.rate", "3.5")), ("乙", Run("未公布", "t.b.rate")))
    soup = page(Figure("图", "说明", svg(""), PNG, data))
    rows = [[c.get_text() for c in row.select("th, td")] for row in soup.select(".data tbody tr")]
    assert rows == [["甲", "3.5%"], ["乙", "未公布"]]
    assert soup.select_one(".data [data-address]")["data-value"] == "3.5"


LOSES = ("<a ", "<foreignObject", "<image", "<feImage")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<g onload="alert(1)" onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
        '<foreignObject><iframe xmlns="urn:x" src="//e.example"/></foreignObject>',
        '<image href="https://e.example/x.png"/>',
        '<use href="https://e.example/x.svg#a"/>',
        '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="data:image/svg+xml,x"/>',
        '<rect style="fill: url(https://e.example/a)"/>',
        '<rect fill="url(https://e.example/a)"/>',
        '<rect fill="\\75rl(https://e.example/a)"/>',
        '<rect style="background: url(https://e.example); behavior: url(#x)"/>',
        "<style>@import 'https://e.example';</style>",
        '<animate attributeName="href" to="javascript:alert(1)"/>',
        '<set attributeName="onload" to="alert(1)"/>',
        '<feImage href="https://e.example"/>',
        '<svg xmlns="http://www.w3.org/1999/xhtml"><img src="x" onerror="alert(1)"/></svg>',
    ],
)
def test_a_hostile_drawing_is_harmless(inside):
    text = drawn(inside) or ""
    assert bool(text) is not inside.startswith(LOSES)
    assert not re.search(r"script|e\.example|onload|onclick|onerror|iframe|style|@import", text)


def test_text_of_a_drawing_stays_text():
    text = drawn('<text font-size="9">&lt;script&gt;甲<tspan>&amp;乙</tspan>丙</text>')
    assert ">&lt;script&gt;甲<tspan>&amp;乙</tspan>丙</text>" in text
    one = BeautifulSoup(text, "html.parser")
    assert not one.select("script")
    font = drawn("""<text style="font: bold 9.5px 'Noto Sans SC', x; fill: #123456">甲</text>""")
    assert 'font-size="9.5px" font-weight="bold" fill="#123456"' in font


def test_a_use_repeats_nothing_that_repeats():
    once = '<path id="b" d="M 0 0"/><g id="a"><use href="#b"/></g>'
    assert drawn(once + '<use href="#a"/><use href="#b"/>').count('href="#f-1-1_b"') == 2
    assert 'href="#f-1-1_a"' not in drawn(once + '<use href="#a"/>')


@pytest.mark.parametrize(
    "broken",
    [
        svg('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'),
        svg('<g><path d="M 0 0"/><mask id="a"><rect/></mask></g>'),
        "<svg",
        "",
        "<html/>",
        '<!DOCTYPE svg [<!ENTITY a "aaa">]>' + svg("<text>&a;</text>"),
        svg("<g/>" * 50_001),
    ],
)
def test_what_is_no_drawing_becomes_the_picture_or_its_words(broken):
    picture = page(Figure("图", '"说明"', broken, PNG)).select_one("figure img")
    assert picture["src"] == f"data:image/png;base64,{PNG}"
    assert picture["alt"] == '"说明"'
    soup = page(Figure("图", "说明<b>", broken, '"><script>'))
    assert soup.select_one(".chart p").get_text() == "说明<b>"
    assert not soup.select("figure script")


# ---- house style


def test_the_house_is_on_the_page():
    logo = Logo(base64.b64decode(PNG), "png", 1, 1)
    house = House("某局<b>", logo, "仅供参考。", ("项目负责人",))
    soup = parsed(report(audit_rows=1, house=house))
    assert soup.select_one(".logo")["src"] == f"data:image/png;base64,{PNG}"
    assert soup.select_one(".logo")["alt"] == "徽标"
    assert soup.select_one(".organisation").get_text() == "某局<b>"
    assert soup.footer.get_text(strip=True) == "仅供参考。"
    assert "项目负责人（签字）：" in soup.select_one(".signature").get_text()
    plain = parsed(report(audit_rows=1))
    assert not plain.select(".logo, .organisation, footer, .signature")
