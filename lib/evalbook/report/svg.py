"""A chart's SVG on its way into a page: what may be drawn stays, all else is dropped.

The text comes from a notebook, so nothing in it is trusted: elements, attributes and style
properties are those of the lists below; a reference leads to an id of the same chart; styles
become attributes, as the page allows no style but its own. A drawing that would lose something
to be seen (a raster, say) is given up whole, so that its PNG stands in.
"""

import re
from collections.abc import Iterator

from lxml import etree

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_ELEMENTS = re.compile(
    "svg|g|defs|symbol|use|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|"
    "clipPath|linearGradient|radialGradient|stop|pattern"
)
_UNSEEN = re.compile("metadata|title|desc|style|script|animate\\w*|set|view|cursor")
"""Elements that draw nothing: without them the chart looks the same."""
_GEOMETRY = re.compile(
    "d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|fx|fy|dx|dy|width|height|points|transform|viewBox|"
    "offset|preserveAspectRatio|patternUnits|patternContentUnits|patternTransform|"
    "gradientUnits|gradientTransform|spreadMethod|clipPathUnits|rotate|textLength|"
    "lengthAdjust"
)
_PAINT = re.compile(
    "fill|fill-opacity|fill-rule|stroke|stroke-width|stroke-opacity|stroke-linecap|"
    "stroke-linejoin|stroke-dasharray|stroke-dashoffset|stroke-miterlimit|opacity|clip-path|"
    "clip-rule|stop-color|stop-opacity|text-anchor|dominant-baseline|baseline-shift|"
    "font-size|font-weight|font-style|letter-spacing|display|visibility|color"
)
_LOCAL = re.compile(r"""url\(\s*["']?#([\w.:-]+)["']?\s*\)""")
_COLOUR = re.compile(r"rgba?\([\d\s.,%]+\)")
_PLACED = {"transform", "gradientTransform", "patternTransform"}
_SHORTHAND = re.compile(r"(?:(?P<weight>bold|[1-9]00)\s+)?(?P<size>\d+(?:\.\d+)?(?:px|pt|em))\b")
_MOST_ELEMENTS = 50_000
"""A drawing with more is not put into the page."""


def drawing(source: str, prefix: str, title: str, desc: str) -> str | None:
    """The SVG as part of a page, its ids begun with `prefix_`; None when it is no sound SVG
    or draws with elements that may not enter the page.

    A screen reader hears `title` and `desc` in place of what is drawn.
    """
    root = _parsed(source)
    if root is None or root.tag != f"{_SVG}svg" or _loses(root):
        return None
    copied = _copied(root, prefix, _repeated(root))
    copied.set("role", "img")
    copied.set("aria-labelledby", f"{prefix}-title {prefix}-desc")
    copied.set("focusable", "false")
    for place, (tag, said) in enumerate((("title", title), ("desc", desc))):
        words = etree.Element(tag, id=f"{prefix}-{tag}")
        words.text = said
        copied.insert(place, words)
    text: str = etree.tostring(copied, encoding="unicode")
    return text


def _parsed(source: str) -> etree._Element | None:
    """The tree, with nothing fetched; a text that defines entities is refused."""
    if "<!ENTITY" in source:
        return None
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
    )
    try:
        root = etree.fromstring(source.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, UnicodeEncodeError):
        return None
    return root if sum(1 for _ in root.iter()) <= _MOST_ELEMENTS else None


def _repeated(root: etree._Element) -> set[str]:
    """The ids that `use` may repeat: those of elements that repeat nothing themselves."""
    return {
        each.get("id", "")
        for each in root.iter()
        if isinstance(each.tag, str)
        and each.get("id")
        and not any(True for _ in each.iter(f"{_SVG}use"))
    }


def _copied(element: etree._Element, prefix: str, repeated: set[str]) -> etree._Element:
    """The element and what is below it, without what is not on the lists; no recursion."""
    copied = _bare(element, prefix, repeated)
    waiting = [(element, copied)]
    while waiting:
        source, target = waiting.pop()
        for child in source:
            if not _allowed(child):
                continue
            below = _bare(child, prefix, repeated)
            target.append(below)
            waiting.append((child, below))
    return copied


def _loses(root: etree._Element) -> bool:
    """Whether something that draws would be dropped; what lies within the unseen counts not."""
    waiting = [root]
    while waiting:
        for child in waiting.pop():
            if _allowed(child):
                waiting.append(child)
            elif _draws(child):
                return True
    return False


def _draws(element: etree._Element) -> bool:
    """Elements of other namespaces are not drawn inside an SVG."""
    tag = element.tag
    return (
        isinstance(tag, str)
        and tag.startswith(_SVG)
        and not _UNSEEN.fullmatch(tag.removeprefix(_SVG))
    )


def _allowed(element: etree._Element) -> bool:
    tag = element.tag
    return (
        isinstance(tag, str)
        and tag.startswith(_SVG)
        and bool(_ELEMENTS.fullmatch(tag.removeprefix(_SVG)))
    )


def _bare(element: etree._Element, prefix: str, repeated: set[str]) -> etree._Element:
    name = str(element.tag).removeprefix(_SVG)
    bare = etree.Element(name)
    for key, value in _attributes(element, prefix, repeated):
        bare.set(key, value)
    if name in ("text", "tspan"):
        bare.text = element.text
    if name == "tspan":
        bare.tail = element.tail
    return bare


def _attributes(
    element: etree._Element, prefix: str, repeated: set[str]
) -> Iterator[tuple[str, str]]:
    """What is left of an element's attributes; of a property stated twice the style's counts."""
    for key, value in element.items():
        if key == "id":
            yield "id", f"{prefix}_{value}"
        elif key in ("href", _XLINK):
            target = value.removeprefix("#")
            if value.startswith("#") and (target in repeated or not _uses(element)):
                yield "href", f"#{prefix}_{target}"
        elif _GEOMETRY.fullmatch(key) or _PAINT.fullmatch(key):
            yield from _painted(key, value, prefix)
    for key, value in _style(element.get("style", "")):
        yield from _painted(key, value, prefix)


def _uses(element: etree._Element) -> bool:
    return str(element.tag) == f"{_SVG}use"


def _painted(key: str, value: str, prefix: str) -> Iterator[tuple[str, str]]:
    """A property, unless it calls a function that is not known; addresses lead into the chart."""
    rest = _LOCAL.sub("", value)
    if "(" not in rest or key in _PLACED or _COLOUR.fullmatch(rest.strip()):
        yield key, _LOCAL.sub(rf"url(#{prefix}_\1)", value)


def _style(text: str) -> Iterator[tuple[str, str]]:
    """The allowed properties of a style attribute; of `font` its weight and size."""
    for part in text.split(";"):
        key, _, value = part.partition(":")
        key, value = key.strip(), value.strip()
        if key == "font" and (found := _SHORTHAND.search(value)):
            yield "font-size", found["size"]
            if found["weight"]:
                yield "font-weight", found["weight"]
        elif _PAINT.fullmatch(key) and value and "\\" not in value and "/*" not in value:
            yield key, value
