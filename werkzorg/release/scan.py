"""Looks through a folder byte by byte for people: pseudonyms, amounts, places on this computer, kinds of files.

It fails closed: what cannot be opened counts as found. A finding names the file, the layer and the kind of thing, never
the thing itself.
"""

from __future__ import annotations

import functools
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from werkzorg.cases.schema import table
from werkzorg.errors import Problem
from werkzorg.release.decoding import NUMBER_TYPES, Layer, Unreadable, packed_numbers, unwrap

FORBIDDEN = frozenset((
    ".nc", ".h5", ".npz", ".npy", ".pkl", ".parquet", ".feather", ".ipynb", ".svg", ".pdf", ".eps", ".gph", ".log",
    ".py", ".key",
))  # fmt: skip
"""Kinds of files that hold draws, rows, code or points of figures: they never leave."""

FORBIDDEN_WORDS = (b"log_likelihood", b"observed_data", b"injected-parameters", b"papermill")
"""Names that only occur in what holds values of persons or the inside of a notebook."""

NUMBER = re.compile(rb"(?<!\w)\d+(?:[.,]\d+)*(?!\w)")
"""A number, or a row of them with commas between: which of the two, a text does not say."""

ONE_NUMBER = re.compile(r"(\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)(?:[.,](\d+))?")
"""Whole part, with or without thousands, and decimals."""

THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+")

LONGEST, MOST_PARTS = 15, 6
"""Figures of a number, and parts between commas that a number with thousands may have."""

LEAST_FIGURES = 5
"""Figures that an amount needs to be taken for that of a person: shorter ones occur by chance."""

PLACES = re.compile(rb"""\s(?:d|points|transform|viewBox|x|y|[xy][12]|cx|cy|r|width|height)=(?:"[^"]*"|'[^']*')""")
"""Coordinates of drawings inside a page."""

MOVED, CHANCE_SPREADS = (0.13, 0.37, 0.71, -0.29), 5
"""Moves that tell how many coordinates equal an amount by chance, and how many standard deviations are too many."""

MOVED_EUROS, SHORT = (1, 2, 5, -3), 2
"""The same for whole numbers; bytes of a number that are too few for any other test."""

TOKEN = re.compile(
    rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----|\bgh[pousr]_\w{36}|\bgithub_pat_\w{40}"
    rb"|\bglpat-[\w-]{20}|\bAKIA[0-9A-Z]{16}\b|\bxox[abprs]-[\w-]{20}|\beyJ[\w-]{16,}\.eyJ[\w-]{16,}\.[\w-]{16,}"
)
"""How keys and tokens of common services are written."""

SECRET_NAME = re.compile("PASSW|SECRET|TOKEN|CREDENTIAL|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY", re.IGNORECASE)
SHORTEST_SECRET = 8
"""Names of variables of the environment of which the value may not leave, when it has so many signs."""

FEW_NUMBERS = 1000
"""In a longer array of numbers of four bytes, one that is equal to an amount may be so by chance."""

KEY, MONEY_UNIT = "pseudonym", "EUR/month"
HEAD = 4


@dataclass(frozen=True)
class Wanted:
    """What must not be found.

    Attributes
    ----------
    codes : frozenset of bytes
        Pseudonyms, in capitals.
    texts : tuple of bytes
        Other texts, in small letters.
    amounts : frozenset of float
        Amounts of persons.
    """

    codes: frozenset[bytes] = frozenset()
    texts: tuple[bytes, ...] = ()
    amounts: frozenset[float] = frozenset()


@dataclass(frozen=True)
class Hit:
    """Something that was found.

    Attributes
    ----------
    file : str
        Path below the folder; its place in the list when the name itself is the find.
    layer : str
        Where in the file.
    kind : str
        pseudonym, text, amount, packed, token, content, name, kind or unreadable.
    """

    file: str
    layer: str
    kind: str

    def problem(self) -> Problem:
        """The finding as a message that repeats nothing of what was found."""
        return Problem(f"release.scan.{self.kind}", where=f"{self.file}{self.layer}")


@dataclass(frozen=True)
class Scanned:
    """What a scan gave.

    Attributes
    ----------
    folder : Path
    files : int
        Files that were looked through.
    layers : int
        Things in them that were opened.
    hits : tuple of Hit
    given : tuple of str
        Files with draws, each with the analyst that it was given to.
    """

    folder: Path
    files: int = 0
    layers: int = 0
    hits: tuple[Hit, ...] = field(default=())
    given: tuple[str, ...] = field(default=())


def wanted_of(records: Mapping[str, pd.DataFrame], texts: Iterable[str] = (), public: Iterable[float] = ()) -> Wanted:
    """Pseudonyms and amounts of the typed tables of a pilot, and other texts.

    Parameters
    ----------
    records : mapping of DataFrame
        Typed tables of :func:`werkzorg.cases.reading.read_tables`.
    texts : iterable of str
        Other things that may not leave: names, places on this computer.
    public : iterable of float
        Amounts that everybody may know, such as those of the law: a benefit that follows the norm gives nobody away.
        A whole amount can be read as cents too.
    """
    codes: set[bytes] = set()
    known = {round(value / unit, 2) for value in public for unit in (1, 100)}
    owners: dict[float, set[str]] = {}
    for name, rows in records.items():
        if KEY not in rows:
            continue
        codes |= {str(code).strip().upper().encode() for code in rows[KEY].dropna().unique()}
        for column in table(name).fields:
            if column.unit == MONEY_UNIT:
                for amount, people in rows.groupby(rows[column.name].round(2))[KEY]:
                    owners.setdefault(float(amount), set()).update(people)
    # What two people have alike gives neither away.
    amounts = {amount for amount, people in owners.items() if len(people) == 1 and is_telling(amount)} - known
    return Wanted(frozenset(codes), tuple(text.lower().encode() for text in texts if text), frozenset(amounts))


def is_telling(amount: float) -> bool:
    """Whether an amount has so many figures that it does not occur by chance."""
    return len(f"{abs(amount):.2f}".replace(".", "").lstrip("0").rstrip("0")) >= LEAST_FIGURES


def own_secrets() -> list[str]:
    """Passwords, keys and tokens in the environment of this computer."""
    named = (value for name, value in os.environ.items() if SECRET_NAME.search(name))
    return [value for value in named if len(value) >= SHORTEST_SECRET]


def own_places(*folders: Path | str) -> list[str]:
    """Places on this computer that must not stand in what leaves: home, and the folders given."""
    places = [str(Path.home()), *(str(Path(folder).resolve()) for folder in folders)]
    # A place of one name, such as /tmp, says nothing of anybody.
    return [place for place in places if len(Path(place).parts) > 2]


def scan_folder(folder: Path | str, wanted: Wanted, *, leaving: bool = True) -> Scanned:
    """Look through every file of a folder, and through everything that lies inside a file.

    Parameters
    ----------
    folder : Path or str
    wanted : Wanted
    leaving : bool
        The folder holds what leaves: kinds of files and contents that never may are found too.
    """
    root = Path(folder)
    layers, files, hits, paths = 0, 0, [], sorted(_files(root))
    for number, path in enumerate(paths, start=1):
        name = path.relative_to(root).as_posix()
        named = bool(kinds_in(Layer("", name.encode()), wanted))
        shown = f"({number})" if named else name
        hits += [Hit(shown, "", "name")] if named else []
        hits += [Hit(shown, "", "kind")] if leaving and path.suffix.lower() in FORBIDDEN else []
        try:
            if path.is_symlink():
                raise Unreadable(name)
            if path.is_dir():
                continue
            files += 1
            for layer in unwrap(path.read_bytes(), ""):
                layers += 1
                found = kinds_in(layer, wanted, leaving=leaving)
                inside = layer.name if found and not kinds_in(Layer("", layer.name.encode()), wanted) else ""
                hits += [Hit(shown, inside, kind) for kind in found]
        except (Unreadable, OSError):
            hits.append(Hit(shown, "", "unreadable"))
    return Scanned(root, files, layers, tuple(dict.fromkeys(hits)))


def _files(root: Path) -> Iterator[Path]:
    """Files, and folders that are only a name: links to elsewhere, which a copy may follow, and empty ones."""
    for folder, inner, names in os.walk(root, followlinks=False):
        yield from (Path(folder) / name for name in names)
        for path in (Path(folder) / name for name in inner):
            if path.is_symlink() or not any(path.iterdir()):
                yield path


def kinds_in(layer: Layer, wanted: Wanted, *, leaving: bool = False) -> list[str]:
    """Kinds of things that the bytes of one layer hold.

    Parameters
    ----------
    layer : Layer
    wanted : Wanted
    leaving : bool
        Also what only occurs in the inside of a notebook or in values of persons.
    """
    return [kind for kind, look in LOOKS.items() if (leaving or kind != "content") and look(layer, wanted)]


@functools.lru_cache(maxsize=4)
def _heads(codes: frozenset[bytes]) -> tuple[re.Pattern[bytes], dict[bytes, tuple[int, ...]]]:
    """How codes begin, and how long those with that beginning are: the number of codes is no matter then."""
    lengths: dict[bytes, set[int]] = {}
    for code in codes:
        lengths.setdefault(code[:HEAD], set()).add(len(code))
    pattern = re.compile(b"|".join(re.escape(head) for head in sorted(lengths)))
    return pattern, {head: tuple(sorted(found)) for head, found in lengths.items()}


def _holds_code(layer: Layer, wanted: Wanted) -> bool:
    if not wanted.codes:
        return False
    content = layer.content.upper()
    pattern, lengths = _heads(wanted.codes)
    found = pattern.search(content)
    while found:
        start = found.start()
        if any(content[start : start + length] in wanted.codes for length in lengths[found.group()]):
            return True
        found = pattern.search(content, start + 1)
    return False


def _holds_text(layer: Layer, wanted: Wanted) -> bool:
    lower = layer.content.lower()
    return any(text in lower for text in wanted.texts)


def _holds_token(layer: Layer, wanted: Wanted) -> bool:
    return TOKEN.search(layer.content) is not None


def _holds_inside(layer: Layer, wanted: Wanted) -> bool:
    return any(word in layer.content for word in FORBIDDEN_WORDS)


def _holds_amount(layer: Layer, wanted: Wanted) -> bool:
    """Whether an amount stands in a text: with a dot or a comma, with or without thousands, or in cents."""
    if not wanted.amounts:
        return False
    written = PLACES.sub(b" ", layer.content)
    if not wanted.amounts.isdisjoint(_values(written)):
        return True
    return len(written) < len(layer.content) and _drawn(b" ".join(PLACES.findall(layer.content)), wanted.amounts)


def _values(content: bytes) -> set[float]:
    return {value for token in set(NUMBER.findall(content)) for value in _readings(token)}


def _drawn(content: bytes, amounts: frozenset[float]) -> bool:
    """Whether places in a drawing are amounts: more of them than chance makes equal.

    A drawing has thousands of coordinates with two decimals, so that some are equal to an amount of somebody. How many
    chance makes so is what the same coordinates give when all are moved by some cents.
    """
    values = _values(content)
    by_chance = sum(len(amounts & {round(value + moved, 2) for value in values}) for moved in MOVED) / len(MOVED)
    return len(amounts & values) > by_chance + CHANCE_SPREADS * math.sqrt(by_chance + 1)


def _readings(token: bytes) -> Iterator[float]:
    """All numbers that a text may mean: commas stand between numbers, thousands, or before decimals."""
    text = token.decode("ascii")
    if text.isdigit() and len(text) <= LONGEST:
        yield int(text) / 100
    parts = text.split(",")
    for start in range(len(parts)):
        for end in range(start + 1, min(start + MOST_PARTS, len(parts)) + 1):
            yield from _meanings(",".join(parts[start:end]))


def _meanings(text: str) -> Iterator[float]:
    """Numbers that a text may mean as one number: with three figures after a mark, thousands as well as decimals."""
    if len(text) > LONGEST + MOST_PARTS:
        return
    if found := ONE_NUMBER.fullmatch(text):
        whole, part = re.sub("[.,]", "", found[1]), (found[2] or "").rstrip("0")
        if len(part) <= 2:
            yield float(f"{whole}.{part or 0}")
    if THOUSANDS.fullmatch(text):
        yield float(re.sub("[.,]", "", text))


@functools.lru_cache(maxsize=4)
def _arrays(amounts: frozenset[float]) -> dict[str, np.ndarray]:
    """Amounts as packed arrays may hold them: as they are, or whole cents; `whole` are those without cents."""
    exact = np.array(sorted(amounts))
    found = {kind: exact.astype(kind) if kind[1] == "f" else np.round(exact * 100) for kind in NUMBER_TYPES}
    return found | {"whole": exact[exact == np.round(exact)]}


def _holds_packed(layer: Layer, wanted: Wanted) -> bool:
    """Whether packed numbers hold an amount, in any type and byte order."""
    for kind, values in packed_numbers(layer) if wanted.amounts else ():
        arrays = _arrays(wanted.amounts)
        needed = 2 if values.size > FEW_NUMBERS and values.itemsize == 4 else 1
        with np.errstate(invalid="ignore"):
            if values.itemsize > SHORT and np.isin(arrays[kind], values).sum() >= needed:
                return True
            if kind[1] != "f" and _counted(values, arrays["whole"]):
                return True
    return False


def _counted(values: np.ndarray, amounts: np.ndarray) -> bool:
    """Whether whole numbers are amounts without cents: more of them than chance makes equal.

    Short whole numbers stand for many things: months, places, steps. How many chance makes equal is what the same
    amounts give when all are moved by some euros.
    """
    found = np.isin(amounts, values).sum()
    if found <= CHANCE_SPREADS:
        return False
    by_chance = np.mean([np.isin(amounts + moved, values).sum() for moved in MOVED_EUROS])
    return bool(found > by_chance + CHANCE_SPREADS * math.sqrt(by_chance + 1))


LOOKS: dict[str, Callable[[Layer, Wanted], bool]] = {
    "pseudonym": _holds_code, "text": _holds_text, "content": _holds_inside, "amount": _holds_amount,
    "packed": _holds_packed, "token": _holds_token,
}  # fmt: skip
"""What a layer is looked through for, by the kind of the finding."""
