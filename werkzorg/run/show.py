"""What `werkzorg list` and `werkzorg show` print: pilots and parameters as they stand in their files."""

from __future__ import annotations

import difflib
from datetime import date

from rich.console import Group
from rich.table import Table
from rich.text import Text

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.params import Catalogue, Parameter, catalogue
from werkzorg.params.pilots import catalogue_of, load_pilot, names_pilot, pilot_names
from werkzorg.params.titles import title_in
from werkzorg.pilot import Pilot
from werkzorg.reporting.numbers import is_missing, number
from werkzorg.wording import say

INTERVAL = (0.025, 0.975)
"""Ends of the interval shown for a distribution: equal-tailed 95%."""


def pilot_table(lang: str) -> Group:
    """The shipped pilots, one line each.

    Parameters
    ----------
    lang : {"nl", "en"}
    """
    names = pilot_names()
    if not names:
        return Group(Text(say("cli.no_pilots", lang)))
    table = _columns()
    # A name is there to be copied: it stays whole.
    table.add_column(no_wrap=True)
    pilots = {name: load_pilot(name) for name in names}
    for name, pilot in pilots.items():
        table.add_row(Text(name, style="bold"), Text(getattr(pilot.name, lang)), Text(_counted(pilot, lang)))
    next_steps = [Text(say("cli.next_step", lang, name=names[0]))]
    next_steps += [Text(say("cli.next_check", lang, name=name)) for name in names if pilots[name].data is not None][:1]
    return Group(table, Text(), *next_steps)


def describe(name: str, lang: str) -> Group:
    """A pilot or a parameter, whole; the beginning of a dotted name lists all parameters below it.

    Parameters
    ----------
    name : str
        Shipped pilot, path of a pilot file or its folder, id of a parameter or its beginning.
    lang : {"nl", "en"}

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when nothing is called so; the nearest name is suggested.
    """
    pilots, shipped = pilot_names(), catalogue()
    if name in shipped:
        return describe_parameter(shipped, shipped.get(name), lang)
    if names_pilot(name):
        return describe_pilot(load_pilot(name), lang)
    below = [parameter for parameter in shipped if parameter.id.startswith(f"{name}.")]
    if below:
        return Group(_parameter_lines(shipped, below, lang))
    near = difflib.get_close_matches(name, [*pilots, *(parameter.id for parameter in shipped)], n=3, cutoff=0.5)
    if near:
        values = {"name": name, "nearest": ", ".join(near)}
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cli.not_found_near", values=values))
    raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cli.not_found", values={"name": name}))


def describe_parameter(shown: Catalogue, parameter: Parameter, lang: str) -> Group:
    """Everything that is on file about one parameter: label, unit, dated values, distribution, source, status."""
    facts = _columns()
    rows = [
        ("name", parameter.id),
        ("label", getattr(parameter.label, lang)),
        ("unit", _unit(parameter.unit, lang)),
        ("price_year", _price_year(parameter, lang)),
        ("index", say(f"show.index.{parameter.index}", lang) if parameter.index else None),
        ("kind", say(f"show.kind.{parameter.kind}", lang)),
        ("status", say(f"show.status.{parameter.status}", lang)),
        ("grade", parameter.grade),
        ("source", _source(parameter.source, lang)),
        # Notes of the shipped parameters are in English alone.
        ("note", parameter.note if lang == "en" or parameter.local else None),
    ]
    for field, value in rows:
        if value:
            facts.add_row(Text(say(f"show.{field}", lang), style="bold"), Text(str(value).strip()))
    parts: list[object] = [facts]
    if parameter.values:
        parts += [Text(), _dated_values(parameter, lang)]
    if parameter.distribution:
        parts += [Text(), _distributions(shown, parameter, lang)]
    if parameter.finding:
        estimates = ", ".join(_figure(value, lang) for value in parameter.finding.estimate)
        bounds = _interval(parameter.finding.low, parameter.finding.high, lang)
        parts += [Text(), Text(f"{say('show.finding', lang)}: {estimates} {bounds}".rstrip())]
    return Group(*parts)


def _unit(unit: str, lang: str) -> str:
    """Unit in words, and as the files have it where that is something else."""
    from werkzorg.reporting.workbook import unit_in_words

    words = unit_in_words(unit, lang)
    return words if words == unit else f"{words} ({unit})"


def describe_pilot(pilot: Pilot, lang: str) -> Group:
    """What a pilot states, what is assumed because it does not state it, and its local values."""
    shown = catalogue_of(pilot)
    local = [parameter for parameter in shown if parameter.local]
    assumed = [parameter for parameter in shown if parameter.kind == "assumption" and not parameter.local]
    parts: list[object] = [
        Text(getattr(pilot.name, lang), style="bold"), Text(),
        Text(say("show.stated", lang), style="bold"), _stated(pilot, lang), Text(),
        Text(say("show.assumed", lang), style="bold"),
        *(Text(f"- {getattr(text, lang)}") for text in pilot.assumed),
        *(Text(f"- {line}") for line in _left_at_default(pilot, lang)),
        Text(), Text(say("show.assumed_values", lang)), _parameter_lines(shown, assumed, lang), Text(),
        Text(say("show.local", lang), style="bold"),
        _parameter_lines(shown, local, lang) if local else Text(say("show.local_none", lang)),
    ]  # fmt: skip
    return Group(*parts)


def _stated(pilot: Pilot, lang: str) -> Table:
    table = _columns()
    rows = [
        ("region", getattr(pilot.region, lang)),
        ("period", f"{_day(pilot.start, lang)} - {_day(pilot.end, lang)}"),
        ("enrolment_closes", _day(pilot.enrolment_closes, lang)),
        ("participants", str(pilot.participants_planned)),
        *(("snapshot", _snapshot(snapshot, lang)) for snapshot in pilot.snapshots),
        ("criterion", _criterion(pilot, lang)),
        (
            "municipalities",
            ", ".join(f"{town.name} ({number(town.inhabitants, lang)})" for town in pilot.municipalities),
        ),
        ("households", _households(pilot, lang)),
        ("support", ", ".join(getattr(part.label, lang) for part in pilot.support.active())),
        ("evidence_set", pilot.evidence_set),
        ("horizon", say("show.horizon_months", lang, all=pilot.horizon_months, main=pilot.main_horizon_months)),
        ("valuation_date", _day(pilot.valuation_date, lang)),
        ("source", _source(pilot.source, lang)),
    ]
    for field, value in rows:
        if value:
            table.add_row(say(f"show.{field}", lang), Text(value))
    return table


def _left_at_default(pilot: Pilot, lang: str) -> list[str]:
    """Facts that a pilot may state, and did not."""
    optional = ("scale", "horizon_months", "main_horizon_months", "evidence_set", "criterion")
    return [
        say("show.default", lang, field=field, value=getattr(pilot, field) or "-")
        for field in optional
        if field not in pilot.model_fields_set
    ]


def _counted(pilot: Pilot, lang: str) -> str:
    last = pilot.last_snapshot
    return _snapshot(last, lang) if last else say("show.no_counts", lang)


def _snapshot(snapshot, lang: str) -> str:
    counts = {name: getattr(snapshot, name) for name in ("enrolled", "working", "applying", "in_mediation", "left")}
    text = say("show.counts", lang, date=_day(snapshot.date, lang), **counts)
    if snapshot.unaccounted:
        text += ", " + say("show.unaccounted", lang, persons=snapshot.unaccounted)
    return text


def _criterion(pilot: Pilot, lang: str) -> str | None:
    if pilot.criterion is None:
        return None
    return say(f"show.criterion.{pilot.criterion.measure}", lang, least=pilot.criterion.at_least, of=pilot.criterion.of)


def _households(pilot: Pilot, lang: str) -> str:
    shares = pilot.households.shares().items()
    text = ", ".join(f"{say(f'show.household.{name}', lang)} {number(100 * share, lang)}%" for name, share in shares)
    return f"{text} ({say(f'show.status.{pilot.households.source.status}', lang)})"


def _parameter_lines(shown: Catalogue, parameters: list[Parameter], lang: str) -> Table:
    """Each parameter with its label below it, middle, interval, unit, status; the id stays whole, to be copied."""
    table = _columns()
    table.add_column(overflow="fold")
    for _ in range(4):
        table.add_column(no_wrap=True)
    for parameter in parameters:
        if parameter.values:
            last = parameter.values[-1]
            middle, low, high = last.value, last.low, last.high
        elif parameter.distribution:
            middle, low, high = (float(shown.distribution(parameter.id).quantile(p)) for p in (0.5, *INTERVAL))
        else:
            middle, low, high = None, None, None
        table.add_row(
            Text.assemble((parameter.id, "bold"), f"\n{getattr(parameter.label, lang)}"),
            Text(_figure(middle, lang), justify="right"), Text(_interval(low, high, lang)), Text(parameter.unit),
            Text(say(f"show.status.{parameter.status}", lang)),
        )  # fmt: skip
    return table


def _dated_values(parameter: Parameter, lang: str) -> Table:
    table = _columns("from", "until", "value", "interval", "status", "source", lang=lang)
    for entry in parameter.values:
        status = say(f"show.status.{entry.status or parameter.status}", lang)
        until = _day(entry.until, lang) if entry.until else ""
        cells = (_day(entry.start, lang), until, _figure(entry.value, lang), _interval(entry.low, entry.high, lang))
        table.add_row(*map(Text, cells), Text(status), Text(entry.source or entry.url or ""))
    return table


def _distributions(shown: Catalogue, parameter: Parameter, lang: str) -> Table:
    table = _columns("set", "distribution", "median", "interval95", lang=lang)
    sets = ("neutral", *(name for name in ("sceptical", "optimistic") if getattr(parameter.sets, name)))
    for name in sets:
        chosen = shown.with_evidence_set(name).distribution(parameter.id)
        terms = [f"{key} {value:g}" for key, value in chosen.params.items()]
        terms += [f"{key} {bound:g}" for key in ("lower", "upper") if (bound := getattr(chosen, key)) is not None]
        low, high = (float(chosen.quantile(p)) for p in INTERVAL)
        middle = _figure(float(chosen.quantile(0.5)), lang)
        cells = (name, f"{chosen.name}({', '.join(terms)})", middle, _interval(low, high, lang))
        table.add_row(*map(Text, cells))
    return table


def _columns(*names: str, lang: str = "nl") -> Table:
    table = Table(box=None, show_header=bool(names), pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in names:
        table.add_column(say(f"show.{name}", lang))
    return table


def _price_year(parameter: Parameter, lang: str) -> str | None:
    if not parameter.is_money:
        return None
    return str(parameter.price_year) if parameter.price_year else say("show.price_year_of_value", lang)


def _source(source, lang: str) -> str:
    parts = (source.title, source.publisher, source.year, source.url)
    return ", ".join(title_in(str(part), lang) for part in parts if part)


def _figure(value: float | None, lang: str) -> str:
    """A number with four significant digits, or two decimals from a thousand on, without empty zeros."""
    if is_missing(value):
        return ""
    if abs(value) >= 1000:
        return number(value, lang, 0 if float(value).is_integer() else 2)
    short = f"{value:.4g}"
    if "e" in short:
        return short.replace(".", "," if lang == "nl" else ".")
    return number(value, lang, len(short.partition(".")[2]))


def _interval(low: float | None, high: float | None, lang: str) -> str:
    if is_missing(low) or is_missing(high):
        return ""
    return f"{_figure(low, lang)} - {_figure(high, lang)}"


def _day(day: date, lang: str) -> str:
    return f"{day:%d-%m-%Y}" if lang == "nl" else day.isoformat()
