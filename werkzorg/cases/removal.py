"""Taking data of persons away, for a pilot by name: when their time is over, or when somebody withdraws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from werkzorg.cases.place import Place, own_place
from werkzorg.cases.release_ledger import given_files, ledger_zone, note_event, read_ledger
from werkzorg.cases.retention import Cleaned, Forgotten, clean, forget
from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.wording import language, say


def clean_pilot(pilot: Path | str, *, remove: bool = False, early: bool = False) -> Cleaned:
    """List or remove the data of persons of a pilot; as :func:`werkzorg.cases.retention.clean`.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION: no such pilot, no records, no accountability file, or data that came with the package;
        code RUN when a file cannot be removed.
    """
    place = own_place(pilot)
    with _finishing("clean"):
        done = clean(place.folder, remove=remove, early=early, home=place.home)
        if done.removed:
            note_event(ledger_zone(place), "cleaned", datetime.now())
        return replace(done, given=_given(place))


def forget_in_pilot(pseudonym: str, pilot: Path | str) -> Forgotten:
    """Take a person out of the data of a pilot; as :func:`werkzorg.cases.retention.forget`.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION as :func:`clean_pilot`; code INPUT for what cannot be a pseudonym of this pilot; code RUN
        when a file cannot be written.
    """
    place = own_place(pilot)
    text, form = pseudonym.strip(), place.declaration.pseudonym
    if text and not (form.fits(text) or form.fits(text.upper())):
        raise WerkzorgError(ExitCode.INPUT, Problem("cases.forget.format", values={"prefix": form.prefix}))
    with _finishing("forget"):
        done = forget(text, place.folder, home=place.home)
        if not done.already:
            note_event(ledger_zone(place), "forgotten", datetime.now())
        return replace(done, given=_given(place))


def _given(place: Place) -> tuple[str, ...]:
    """Files with draws that analysts have: out of reach of this program, so a person must ask for them."""
    entries = given_files(read_ledger(ledger_zone(place)))
    return tuple(f"{entry.given['file']}: {entry.given['analyst']}, {entry.at[:10]}" for entry in entries)


@contextmanager
def _finishing(command: str) -> Iterator[None]:
    """A disk or a lock that stops a removal halfway: what was done is done, and the command can be given again."""
    try:
        yield
    except OSError as error:
        problem = Problem(f"cases.{command}.halfway", where=Path(error.filename or "").name)
        raise WerkzorgError(ExitCode.RUN, problem) from None


def tell_cleaned(done: Cleaned, *, early: bool, lang: str | None = None) -> str:
    """What :func:`clean_pilot` found or removed, as text."""
    lang = lang or language()
    values = {"until": done.until, "days": done.days_late, "folder": done.folder}
    if not done.days_late and not early:
        return say("cases.clean.nothing", lang, **values)
    lines = [say("cases.clean.late" if done.days_late else "cases.clean.early", lang, **values)]
    if not done.files:
        return "\n".join([*lines, say("cases.clean.empty", lang, **values)])
    lines.append(say("cases.clean.removed" if done.removed else "cases.clean.listed", lang, **values))
    lines += [f"  {name}" for name in done.files]
    lines.append(say("cases.clean.copies" if done.removed else "cases.clean.next", lang))
    return "\n".join([*lines, *_tell_given(done.given, lang)])


def tell_forgotten(done: Forgotten, lang: str | None = None) -> str:
    """What :func:`forget_in_pilot` did, as text without the pseudonym."""
    lang = lang or language()
    if done.found:
        lines = [say("cases.forget.files", lang), *(f"  {name}" for name in done.files)]
    else:
        lines = [say("cases.forget.gone" if done.already else "cases.forget.absent", lang)]
    lines.append(say("cases.forget.denied", lang))
    if done.unsearched:
        lines += [say("cases.forget.unsearched", lang), *(f"  {name}" for name in done.unsearched)]
    if done.found or done.already or done.unsearched:
        lines.append(say("cases.forget.rerun", lang))
    return "\n".join([*lines, *_tell_given(done.given, lang)])


def _tell_given(given: Sequence[str], lang: str) -> list[str]:
    return [say("cases.removal.given", lang), *(f"  {name}" for name in given)] if given else []
