"""The ledger of releases: which people stood behind every number that left, kept apart and without a name.

Files with draws that were given to one named analyst (the explorer) stand in it as well: they left too.

It lies in the confidential zone, for its owner only. People are keyed digests: without the secret beside it nobody can
look one up, and the order of the digests says nothing. What left cannot be taken back, so a new release is held
against everything that left before, of whatever pilot keeps the same ledger, and for whatever reader.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from werkzorg.cases.accountability import RELEASES_PER_YEAR, find_accountability, read_accountability
from werkzorg.cases.place import Place
from werkzorg.cases.rights import CONFIDENTIAL, write_private
from werkzorg.cases.small_cells import THRESHOLD
from werkzorg.errors import ExitCode, Problem, WerkzorgError

LEDGER, SECRET, LOCK = "ledger.json", "release.key", ".ledger.lock"

LOCK_SECONDS = 60
"""Longest wait for another command that writes in the ledger, which takes a second or two."""

STAMP_LENGTH = 8
"""Hexadecimal figures of a keyed stamp: enough to tell two releases apart, too few to confirm a file by."""

DIGEST_LENGTH = 24

YEAR = timedelta(days=365)

_FACTS = ("pilot", "by", "at", "run_id", "stamp")


@dataclass(frozen=True, eq=False)
class Entry:
    """One release.

    Attributes
    ----------
    pilot, by, at, run_id : str
        What was released, by whom, when, from which run.
    stamp : str
        Keyed digest of the data.
    sets : dict of frozenset
        Keyed digests of the people behind the numbers, by name of the set.
    states : dict of str
        Keyed digest of all that was known of each person.
    shown : dict of tuple of float
        Between which values the reader knows each count that was shown, by name of the set.
    hidden : tuple of str
        Sets of which the count was withheld.
    recalled : dict of str or None
        Who recorded when that the release was taken back before it left the steering group.
    given : dict or None
        Of a file with draws for one analyst: `analyst`, `file`, `digest` (SHA-256 of its content), `draws`.
    coming : str or None
        Folder in which it is about to appear; None once it did. What was killed in between is settled by the next
        release (`run.coming`); until then it counts as released.
    """

    pilot: str
    by: str
    at: str
    run_id: str
    stamp: str
    sets: dict[str, frozenset[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    shown: dict[str, tuple[float, float]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    recalled: dict[str, str] | None = None
    given: dict[str, str | int] | None = None
    coming: str | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What tells a release from any other: pilot, name, moment, run, stamp of the data."""
        return {name: getattr(self, name) for name in _FACTS}

    def shown_sets(self) -> list[tuple[str, frozenset[str]]]:
        """Sets of which a number left."""
        return [(name, group) for name, group in self.sets.items() if name not in self.hidden]


@dataclass(frozen=True, eq=False)
class Ledger:
    """All releases so far, and what was removed from the data.

    Attributes
    ----------
    folder : Path
        Confidential zone.
    entries : tuple of Entry
        In order.
    events : tuple of dict
        Removals (`forgotten`, `cleaned`) with their moment.
    """

    folder: Path
    entries: tuple[Entry, ...] = ()
    events: tuple[dict[str, str], ...] = ()


def ledger_zone(place: Place) -> Path:
    """Confidential zone with the ledger of a pilot with records of its own.

    That of its data folder, or the one that `verantwoording.yml` names for pilots that share people.
    """
    found = find_accountability(place.home, place.folder)
    shared = None if found is None else read_accountability(found).release_ledger
    return place.folder / CONFIDENTIAL if shared is None else (found.parent / shared).resolve()


def read_ledger(folder: Path | str) -> Ledger:
    """The ledger in a confidential zone; an empty one when nothing was released yet.

    Raises
    ------
    WerkzorgError
        Code RELEASE when it cannot be read: then nothing may leave.
    """
    path = Path(folder) / LEDGER
    if not path.is_file():
        return Ledger(Path(folder))
    try:
        content = json.loads(path.read_text(encoding="utf8"))
        entries = tuple(_entry(raw, content["people"]) for raw in content["releases"])
        return Ledger(Path(folder), entries, tuple(dict(event) for event in content["events"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.ledger_damaged", where=str(path))) from None


@contextlib.contextmanager
def alone(folder: Path | str) -> Iterator[None]:
    """Hold a ledger from reading it to writing it, so that of two commands at once neither loses what the other wrote.

    Raises
    ------
    WerkzorgError
        Code BUSY when another command keeps it.
    """
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(Path(folder) / LOCK, timeout=LOCK_SECONDS, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise WerkzorgError(ExitCode.BUSY, Problem("release.ledger_busy", where=str(folder))) from None
    try:
        yield
    finally:
        lock.release()


def write_ledger(ledger: Ledger) -> None:
    """Write a ledger for its owner only, whole or not at all."""
    people = sorted({person for entry in ledger.entries for group in entry.sets.values() for person in group})
    place = {person: index for index, person in enumerate(people)}
    ledger.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    releases = [
        {
            **entry.facts,
            **{name: getattr(entry, name) for name in ("shown", "recalled", "given", "coming")},
            "hidden": list(entry.hidden),
            "sets": {name: _as_bits(group, place) for name, group in entry.sets.items()},
            "states": [entry.states.get(person) for person in people] if entry.states else [],
        }
        for entry in ledger.entries
    ]
    content = {"people": people, "releases": releases, "events": list(ledger.events)}
    write_private(ledger.folder / LEDGER, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def _as_bits(group: frozenset[str], place: Mapping[str, int]) -> str:
    """A set as a bitmap over all people of the ledger, hexadecimal."""
    return f"{sum(1 << place[person] for person in group):x}"


def _entry(raw: Mapping, people: list[str]) -> Entry:
    def group(bits: str) -> frozenset[str]:
        number = int(bits, 16)
        return frozenset(person for index, person in enumerate(people) if number >> index & 1)

    states = {person: state for person, state in zip(people, raw["states"], strict=False) if state}
    return Entry(
        **{name: str(raw[name]) for name in _FACTS},
        sets={name: group(bits) for name, bits in raw["sets"].items()},
        states=states,
        shown={name: (float(low), float(high)) for name, (low, high) in raw["shown"].items()},
        hidden=tuple(raw["hidden"]),
        recalled=raw["recalled"],
        given=raw.get("given"),
        coming=raw.get("coming"),
    )


def secret_of(folder: Path | str, *, make: bool = True) -> bytes:
    """The secret of a project: keys the digests of people and the seed.

    Parameters
    ----------
    folder : Path or str
        Confidential zone.
    make : bool
        Draw one when there is none; else it is empty.

    Raises
    ------
    WerkzorgError
        Code RELEASE when it cannot be read, or is gone while there is a ledger that was made with it.
    """
    path = Path(folder) / SECRET
    try:
        if path.is_file():
            return bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.secret_lost", where=str(path))) from None
    if (Path(folder) / LEDGER).is_file() and read_ledger(folder).entries:
        raise WerkzorgError(ExitCode.RELEASE, Problem("release.secret_lost", where=str(path)))
    if not make:
        return b""
    drawn = secrets.token_hex(32)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, drawn.encode())
    return bytes.fromhex(drawn)


def seed_of(secret: bytes, digests: Mapping[str, str]) -> int:
    """Seed that follows from the secret of a project and its data (SDC-19).

    The same data give the same numbers; other data give noise that has nothing to do with that of before, so that the
    difference of two releases does not show what changed.

    Parameters
    ----------
    secret : bytes
    digests : mapping of str
        Digest of every file that was read.
    """
    return int(keyed(secret, f"seed {json.dumps(dict(digests), sort_keys=True)}", 8), 16)


def keyed(secret: bytes, text: str, length: int = DIGEST_LENGTH) -> str:
    """Keyed digest of a text, so many hexadecimal figures of it."""
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:length]


def note_event(folder: Path | str, kind: str, now: datetime) -> None:
    """Put a removal on record when there is a ledger; it says that, not who."""
    if not (Path(folder) / LEDGER).is_file():
        return
    with alone(folder):
        ledger = read_ledger(folder)
        event = {"kind": kind, "at": now.isoformat(timespec="seconds")}
        write_ledger(Ledger(ledger.folder, ledger.entries, (*ledger.events, event)))


class Limits(NamedTuple):
    """What releases are held against: fewest people by which they differ, most releases in a year."""

    people: int = THRESHOLD
    releases: int = RELEASES_PER_YEAR


def given_files(ledger: Ledger) -> list[Entry]:
    """Files with draws that analysts have; what was taken back is theirs no more."""
    return [entry for entry in ledger.entries if entry.given is not None and entry.recalled is None]


Comparison = Callable[[Entry, Sequence[Entry], Limits], bool]


def same_people(new: Entry, before: Sequence[Entry], limits: Limits) -> bool:
    """SDC-21, 23: sets on one subject that have people in common differ by nobody or by enough, to both sides."""
    return all(
        _enough(len(group - other), limits) and _enough(len(other - group), limits)
        for earlier in (*before, new)
        for group, other in _pairs(new, earlier)
    )


def same_states(new: Entry, before: Sequence[Entry], limits: Limits) -> bool:
    """SDC-22: of the people in both, what is known changed of nobody or of enough."""
    return all(
        _enough(sum(new.states.get(person) != earlier.states.get(person) for person in group & other), limits)
        for earlier in before
        for group, other in _pairs(new, earlier)
    )


def few_releases(new: Entry, before: Sequence[Entry], limits: Limits) -> bool:
    """SDC-24: so many runs about the same people in a year; the mean of many rounded numbers is not rounded.

    A file for an analyst tells nothing beside a release of the same data.
    """
    moment = datetime.fromisoformat(new.at)
    near = [entry for entry in before if abs(moment - datetime.fromisoformat(entry.at)) < YEAR]
    near = [new, *(entry for entry in near if next(_pairs(new, entry), None))]
    released = [entry for entry in near if entry.given is None]
    others = {entry.stamp for entry in near} - {entry.stamp for entry in released}
    return len({entry.run_id for entry in released}) + len(others) <= limits.releases


COMPARISONS: Mapping[str, Comparison] = {"SDC-21": same_people, "SDC-22": same_states, "SDC-24": few_releases}
"""Rules on a release and all before it, by the name under which a refusal lists them."""


def refused_by_ledger(
    new: Entry,
    ledger: Ledger,
    threshold: int = THRESHOLD,
    comparisons: Mapping[str, Comparison] = COMPARISONS,
    releases: int = RELEASES_PER_YEAR,
) -> tuple[str, ...]:
    """Names of the rules that do not let a release pass beside those before it, and beside itself.

    Parameters
    ----------
    new : Entry
    ledger : Ledger
        Releases that were recalled do not count.
    threshold : int
        Fewest people by which sets may differ.
    comparisons : mapping of callable
        Rules that hold.
    releases : int
        Most runs about the same people that may be released in a year.
    """
    before = [entry for entry in ledger.entries if entry.recalled is None]
    limits = Limits(threshold, releases)
    return tuple(name for name, rule in sorted(comparisons.items()) if not rule(new, before, limits))


def _enough(count: int, limits: Limits) -> bool:
    return count == 0 or count >= limits.people


def subject_of(name: str) -> str:
    """What a set of people is about: its name without the group."""
    return name.partition(".")[0]


def _pairs(new: Entry, earlier: Entry) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    """Sets on the same subject that have people in common, and of which something was shown."""
    for name, group in new.shown_sets():
        for other_name, other in earlier.shown_sets():
            if subject_of(name) == subject_of(other_name) and group & other:
                yield group, other
