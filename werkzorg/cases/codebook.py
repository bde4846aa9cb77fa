"""The code book: every table and column in words, as one HTML page in Dutch and English.

The page has no scripts and nothing from outside, so it can be opened and mailed anywhere.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from werkzorg.cases.schema import Field, Table, tables
from werkzorg.wording import LANGUAGES, say

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 0 16px 48px; max-width: 1080px; background: #fff; color: #1a1a1a;
  font: 16px/1.5 Arial, Helvetica, "Liberation Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 32px 0 8px; }
h2 { font-size: 1.25rem; margin: 40px 0 8px; padding-top: 8px; border-top: 1px solid #767676; }
p, ul { margin: 0 0 10px; }
p { max-width: 46em; }
ul { padding-left: 20px; }
a { color: #00518a; }
a:focus-visible, .scroll:focus-visible { outline: 3px solid #0072b2; outline-offset: 2px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { position: static; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 760px; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: 4px 0; }
th, td { padding: 6px 8px; border-bottom: 1px solid #ccc; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #1a1a1a; }
tbody th { font-weight: normal; width: 22%; }
td.meaning { width: 28%; }
td.allowed { width: 27%; }
td ul { margin: 4px 0 0; padding-left: 16px; }
strong { display: block; }
code { font-size: .85rem; overflow-wrap: anywhere; color: #333; }
.language + .language { margin-top: 64px; border-top: 4px solid #1a1a1a; }
@media print { .skip, nav { display: none; } body { max-width: none; font-size: 10pt; } table { min-width: 0; }
  tr { break-inside: avoid; } }
"""


def codebook_html() -> str:
    """The code book as one page: first everything in Dutch, then the same in English.

    Returns
    -------
    str
        HTML without scripts, forms, images or addresses.
    """
    languages = "".join(_language(lang) for lang in LANGUAGES)
    title = escape(say("cases.codebook.title", "nl"))
    return (
        '<!DOCTYPE html>\n<html lang="nl">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#nl-tables">{escape(say("cases.codebook.skip", "nl"))}</a>\n'
        f"<main>\n{languages}</main>\n</body>\n</html>\n"
    )


def write_codebook(path: Path | str) -> Path:
    """Write the code book to a file and return its path."""
    file = Path(path)
    file.write_text(codebook_html(), encoding="utf8")
    return file


def allowed(field: Field, lang: str) -> list[str]:
    """What may stand in a column, in words: kind, range, unit, soft limit. Closed lists stand in `field.enum`."""
    kind = "choice" if field.enum else "code" if field.pattern else field.type
    texts = [say(f"cases.type.{kind}", lang)]
    if field.type in ("integer", "number", "year") and field.minimum is not None:
        low, high = number(field.minimum, lang, field.type), number(field.maximum, lang, field.type)
        texts.append(say("cases.range", lang, low=low, high=high))
    if field.unit and field.type in ("integer", "number"):
        texts.append(unit(field, lang))
    if field.soft_maximum is not None:
        texts.append(say("cases.range.soft", lang, soft=number(field.soft_maximum, lang, field.type)))
    if field.allow_negative:
        texts.append(say("cases.range.negative", lang))
    return texts


def unit(field: Field, lang: str) -> str:
    """Unit of a column in words; empty when it has none."""
    if not field.unit:
        return ""
    return say(f"cases.unit.{field.unit.replace('/', '_per_').replace(' ', '_')}", lang)


def number(value: float | str | None, lang: str, kind: str = "number") -> str:
    """A limit as people write it: decimal comma and points per thousand in Dutch; years without."""
    if not isinstance(value, int | float):
        return str(value)
    text = f"{value:g}" if kind == "year" or value != int(value) else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def example(field: Field, lang: str) -> str:
    """Example as people write it: the label of a code, a decimal comma in Dutch."""
    labels = {entry.code: getattr(entry, lang) for entry in field.enum}
    if field.enum:
        return labels[field.example]
    if field.type == "boolean":
        return say("cases.yes", lang)
    return field.example.replace(".", ",") if field.type == "number" and lang == "nl" else field.example


def _language(lang: str) -> str:
    known = tables().values()
    links = "".join(f'<li><a href="#{lang}-{table.name}">{_in(table.title, lang)}</a></li>' for table in known)
    other = "en" if lang == "nl" else "nl"
    return (
        f'<section class="language" lang="{lang}" id="{lang}">\n'
        f"<h1>{_say('cases.codebook.title', lang)}</h1>\n<p>{_say('cases.codebook.intro', lang)}</p>\n"
        f'<p><a href="#{other}" lang="{other}">{_say("cases.codebook.other", other)}</a></p>\n'
        f'<nav aria-label="{_say("cases.codebook.contents", lang)}" id="{lang}-tables"><ul>{links}</ul></nav>\n'
        + "".join(_table(table, lang) for table in known)
        + "</section>\n"
    )


def _table(table: Table, lang: str) -> str:
    name = f"{lang}-{table.name}"
    supplier = getattr(table.supplier, lang)
    facts = [
        f"{_in(table.description, lang)} {_say('cases.codebook.delivered', lang, supplier=supplier)}",
        _say("cases.codebook.key", lang, columns=", ".join(table.primary_key)),
    ]
    facts += [_say("cases.codebook.refers", lang, table=key.table) for key in table.foreign_keys]
    words = ", ".join(dict.fromkeys(word for field in table.fields for word in field.missing_values if word))
    facts.append(_say("cases.codebook.missing", lang, words=words))
    heads = "".join(
        f'<th scope="col">{_say(f"cases.column.{head}", lang)}</th>'
        for head in ("name", "meaning", "allowed", "example", "required", "privacy")
    )
    caption = _say("cases.codebook.columns_of", lang, table=table.name)
    return (
        f'<h2 id="{name}">{_in(table.title, lang)} <code>{table.name}</code></h2>\n'
        + "".join(f"<p>{fact}</p>\n" for fact in facts)
        + f'<div class="scroll" role="region" tabindex="0" aria-labelledby="{name}-caption">\n<table>\n'
        f'<caption id="{name}-caption">{caption}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n'
        + "".join(_row(field, lang) for field in table.fields)
        + "</tbody>\n</table>\n</div>\n"
    )


def _row(field: Field, lang: str) -> str:
    choices = "".join(f"<li>{_in(entry, lang)} <code>{entry.code}</code></li>" for entry in field.enum)
    listed = f"<ul>{choices}</ul>" if choices else ""
    required = _say("cases.yes" if field.required else "cases.no", lang)
    return (
        f'<tr><th scope="row"><strong>{_in(field.title, lang)}</strong> <code>{field.name}</code></th>'
        f'<td class="meaning">{_in(field.description, lang)}</td>'
        f'<td class="allowed">{escape("; ".join(allowed(field, lang)))}{listed}</td>'
        f"<td>{escape(example(field, lang))}</td><td>{required}</td>"
        f"<td>{_say(f'cases.privacy_class.{field.privacy}', lang)}</td></tr>\n"
    )


def _in(text: object, lang: str) -> str:
    return escape(getattr(text, lang))


def _say(identifier: str, lang: str, **values: object) -> str:
    return escape(say(identifier, lang, **values))
