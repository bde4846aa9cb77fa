"""What may stand in a report: a fixed list of HTML and SVG elements and attributes; everything else goes."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_HTML_NAMES = (
    "h1 h2 h3 h4 p ul ol li div span strong em code br a table caption thead tbody tr th td figure figcaption "
    "details summary section"
)
_SVG_NAMES = "svg g path defs clipPath rect line polyline polygon circle use text tspan pattern"
_ATTRIBUTE_NAMES = (
    "id class role lang scope tabindex href rel open focusable viewBox width height d x y x1 y1 x2 y2 cx cy r points "
    "transform style clip-path fill stroke stroke-width text-anchor aria-label aria-hidden patternUnits "
    "preserveAspectRatio xml:space data-label"
)
_HTML = frozenset(_HTML_NAMES.split())
# HTMLParser gives names in lower case; inside SVG the writing with capitals is the official one.
_SVG = {name.lower(): name for name in _SVG_NAMES.split()}
_ATTRIBUTES = {name.lower(): name for name in _ATTRIBUTE_NAMES.split()}
_DROPPED = {"script", "style", "iframe", "object", "embed", "noscript", "template", "foreignobject", "math"}
_VOID = {"br"}
_PAINT = {"style", "clip-path", "fill", "stroke"}
_STYLE = re.compile(r"expression|javascript|@import|url\((?!#)|\\", re.IGNORECASE)
_LINK = re.compile(r"(#[\w.-]*|https?://[^\s\"'<>]+)\Z")
_LOADING = re.compile(
    r"<\s*(script|iframe|object|embed|link|base|img|video|audio|source|form|input)\b|\bon\w+\s*=\s*[\"']|"
    r"javascript:|@import|\bsrc\s*=|srcset\s*=|url\(\s*[\"']?(?!#)",
    re.IGNORECASE,
)


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self.skipping += 1
        name = _SVG.get(tag) or (tag if tag in _HTML else None)
        if self.skipping or name is None:
            return
        kept = [_attribute(key, value) for key, value in attrs]
        self.parts.append(f"<{name}{''.join(kept)}>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self.skipping = max(0, self.skipping - 1)
        elif not self.skipping and tag in self.open:
            # Elements that were left open inside are closed first, so that the page stays whole.
            while True:
                last = self.open.pop()
                self.parts.append(f"</{_SVG.get(last, last)}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(escape(data, quote=False))

    def result(self) -> str:
        self.close()
        while self.open:
            last = self.open.pop()
            self.parts.append(f"</{_SVG.get(last, last)}>")
        return "".join(self.parts)


def _attribute(key: str, value: str | None) -> str:
    name, text = _ATTRIBUTES.get(key), value or ""
    if name is None or (key == "href" and not _LINK.match(text)):
        return ""
    if key in _PAINT and _STYLE.search(text):
        return ""
    return f' {name}="{escape(text)}"'


def clean(markup: str) -> str:
    """Markup with only the elements and attributes of the fixed list; text is kept, scripts and styles go.

    Parameters
    ----------
    markup : str
        HTML with inline SVG.
    """
    cleaner = _Cleaner()
    cleaner.feed(markup)
    return cleaner.result()


def dangers(page: str) -> list[str]:
    """Everything in a page that would load or run something; an empty list for a good page.

    Parameters
    ----------
    page : str
        Whole HTML page. Text between elements is not looked at, only tags.
    """
    tags = re.findall(r"<[^>]*>", page)
    found = {match.group(0) for tag in tags for match in [_LOADING.search(_without_quoted(tag))] if match}
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    found |= {match.group(0) for text in styles for match in [re.search(r"@import|url\(", text)] if match}
    outside = re.findall(r"<(?!a\b)[a-z][^>]*\b(?:href|action)\s*=\s*\"(?!#)[^\"]*\"", page)
    return sorted(found | set(outside))


def _without_quoted(tag: str) -> str:
    """Tag without the text of its labels, which may hold any words."""
    return re.sub(r'(aria-label|content)="[^"]*"', r'\1=""', tag)
