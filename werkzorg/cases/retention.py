"""How long data stay, and who is taken out."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from werkzorg.cases.accountability import Accountability, find_accountability, read_accountability
from werkzorg.cases.rights import CONFIDENTIAL, write_private
from werkzorg.errors import ExitCode, Problem, WerkzorgError

ROW_DATA = frozenset((
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".feather", ".pkl", ".nc", ".h5", ".npz",
    ".log", ".ipynb",
))  # fmt: skip
"""Kinds of files that hold, or may hold, data of persons."""

KEPT_NAMES = frozenset(("ledger.json", "release.key", ".ledger.lock", "truth.json"))
"""What stays in the confidential zone: person sets behind releases as keyed digests, their key and lock."""

DENIED, KEY = ".teruggetrokken.json", ".teruggetrokken.key"


def retention_problems(accountability: Accountability, today: date, file: str = "verantwoording.yml") -> list[Problem]:
    """A problem when the retention date has passed: nothing is read until it is renewed or cleaned."""
    if not accountability.expired(today):
        return []
    values = {"until": accountability.retention_until, "days": (today - accountability.retention_until).days}
    return [Problem("cases.retention.expired", where=file, values=values)]


@dataclass(frozen=True)
class Cleaned:
    """What `clean` found or removed.

    Parameters
    ----------
    folder : Path
        Data folder.
    files : tuple of str
        Paths inside the folder, sorted.
    removed : bool
        False: only listed.
    until : date
        Date by which the data had to go.
    days_late : int
        Days after that date; 0 when it has not passed.
    given : tuple of str
        Files with draws that analysts have, as the ledger of releases says.
    """

    folder: Path
    files: tuple[str, ...]
    removed: bool
    until: date
    days_late: int
    given: tuple[str, ...] = ()


def clean(
    folder: Path | str,
    *,
    today: date | None = None,
    remove: bool = False,
    early: bool = False,
    home: Path | None = None,
) -> Cleaned:
    """List or remove the data of persons whose retention date has passed.

    Parameters
    ----------
    folder : Path or str
        Data folder.
    today : date, optional
        Day of asking.
    remove : bool
        Remove what is listed.
    early : bool
        Also before the retention date.
    home : Path, optional
        Folder of the pilot file, when `verantwoording.yml` stands there.

    Returns
    -------
    Cleaned
        Data files, posteriors per person, executed notebooks, caches and logs. Kept: `verantwoording.yml`, pilot
        files, released numbers, the ledger and the list of who withdrew.
    """
    root, today = Path(folder), today or date.today()
    until = read_accountability(find_accountability(home or root, root) or root).retention_until
    late = max((today - until).days, 0)
    files = sorted(_row_data(root)) if late or early else []
    if remove:
        for path in files:
            path.unlink()
        for path in sorted((path for path in root.rglob("*") if path.is_dir()), reverse=True):
            if not path.is_symlink() and not any(path.iterdir()):
                path.rmdir()
    names = tuple(path.relative_to(root).as_posix() for path in files)
    return Cleaned(root, names, remove and bool(files), until, late)


def _row_data(root: Path) -> Iterator[Path]:
    """Files with data of persons below a folder; links are not followed."""
    for folder, names, files in os.walk(root, followlinks=False):
        here = Path(folder)
        names[:] = [name for name in names if not (here / name).is_symlink()]
        confidential = CONFIDENTIAL in here.relative_to(root).parts
        for name in files:
            if name in KEPT_NAMES or name in (DENIED, KEY):
                continue
            if confidential or Path(name).suffix.lower() in ROW_DATA:
                yield here / name


@dataclass(frozen=True)
class Forgotten:
    """What `forget` did.

    Parameters
    ----------
    folder : Path
        Data folder.
    files : tuple of str
        Files that lost rows.
    found : bool
        Whether the person stood in any file.
    already : bool
        Whether the person stood on the list already.
    unsearched : tuple of str
        Files that may hold data of persons and are of a kind that is not searched.
    given : tuple of str
        Files with draws that analysts have, as the ledger of releases says.
    """

    folder: Path
    files: tuple[str, ...]
    found: bool
    already: bool
    unsearched: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


def forget(pseudonym: str, folder: Path | str, *, now: datetime | None = None, home: Path | None = None) -> Forgotten:
    """Take a person who withdrew out of a data folder, and refuse that person in later deliveries.

    Rows with the pseudonym leave every csv, xlsx and parquet file; everything computed per person is removed; a
    keyed digest goes on the deny list. Runs from before this moment are out of date (:func:`is_outdated`).

    Parameters
    ----------
    pseudonym : str
        The person's pseudonym; never stored or repeated.
    folder : Path or str
        Data folder.
    now : datetime, optional
        Moment that is noted.
    home : Path, optional
        Folder of the pilot file, when `verantwoording.yml` stands there.

    Returns
    -------
    Forgotten
        Names of changed files only.

    Raises
    ------
    WerkzorgError
        Code CONFIGURATION when the folder is no data folder; code INPUT for an empty pseudonym.
    """
    root = Path(folder)
    if find_accountability(home or root, root) is None:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("cases.accountability.absent", where=str(root)))
    wanted = _normal(pseudonym)
    if not wanted:
        raise WerkzorgError(ExitCode.INPUT, Problem("cases.retention.no_pseudonym"))
    # The deny list first: when a file cannot be rewritten the person is refused all the same.
    already = _deny(root, wanted, now or datetime.now())
    changed, unsearched = [], []
    for path in sorted(_row_data(root)):
        if CONFIDENTIAL in path.relative_to(root).parts:
            path.unlink()
        elif path.suffix.lower() not in REMOVERS:
            unsearched.append(path.relative_to(root).as_posix())
        elif _rewrite(path, wanted):
            changed.append(path.relative_to(root).as_posix())
    return Forgotten(root, tuple(changed), bool(changed), already, tuple(unsearched))


def _normal(pseudonym: str) -> str:
    return pseudonym.strip().upper()


def _digest(key: bytes, pseudonym: str) -> str:
    return hmac.new(key, _normal(pseudonym).encode(), hashlib.sha256).hexdigest()


def _read_denied(root: Path) -> dict:
    path = root / DENIED
    if not path.is_file():
        return {"digests": [], "moments": []}
    try:
        denied = json.loads(path.read_text(encoding="utf8"))
        return {"digests": list(denied["digests"]), "moments": list(denied["moments"])}
    except (OSError, ValueError, KeyError, TypeError):
        raise WerkzorgError(ExitCode.PRIVACY, Problem("cases.retention.list_damaged", where=str(path))) from None


def _read_key(root: Path) -> bytes:
    try:
        return bytes.fromhex((root / KEY).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        raise WerkzorgError(ExitCode.PRIVACY, Problem("cases.retention.key_lost", where=str(root / KEY))) from None


def _deny(root: Path, pseudonym: str, now: datetime) -> bool:
    key_file = root / KEY
    if not key_file.is_file():
        write_private(key_file, secrets.token_hex(32).encode())
    digest = _digest(_read_key(root), pseudonym)
    denied = _read_denied(root)
    if digest in denied["digests"]:
        return True
    # Sorted, so that the order says nothing about who withdrew when.
    content = {
        "digests": sorted([*denied["digests"], digest]),
        "moments": [*denied["moments"], now.isoformat(timespec="seconds")],
    }
    write_private(root / DENIED, json.dumps(content, indent=1).encode())
    return False


def deny_list(folder: Path | str) -> Callable[[Sequence[str]], list[bool]] | None:
    """Who withdrew, as a question that can be asked of pseudonyms; None when nobody did."""
    root = Path(folder)
    digests = frozenset(_read_denied(root)["digests"])
    if not digests:
        return None
    key = _read_key(root)
    return lambda pseudonyms: [_digest(key, pseudonym) in digests for pseudonym in pseudonyms]


def is_outdated(folder: Path | str, created: datetime) -> bool:
    """Whether somebody withdrew in or after the second in which a run began.

    A moment without a zone is one of this computer.
    """
    moments = (datetime.fromisoformat(moment) for moment in _read_denied(Path(folder))["moments"])
    return any(moment.astimezone() >= created.astimezone() for moment in moments)


def _without_csv(path: Path, wanted: str) -> bytes | None:
    raw = path.read_bytes()
    # Latin-1 returns every byte as it was, also of UTF-8 and cp1252: the codes looked for are plain ASCII.
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    lines = list(io.StringIO(raw.decode(encoding), newline=""))
    delimiter = max(";,\t|", key=(lines[0] if lines else "").count)
    kept, start, changed = [], 0, False
    reader = csv.reader(lines, delimiter=delimiter)
    for record in reader:
        if any(_normal(cell) == wanted for cell in record):
            changed = True
        else:
            kept += lines[start : reader.line_num]
        start = reader.line_num
    return "".join(kept).encode(encoding) if changed else None


def _without_xlsx(path: Path, wanted: str) -> bytes | None:
    book = openpyxl.load_workbook(path)
    changed = False
    for sheet in book.worksheets:
        hits = [
            row[0].row for row in sheet.iter_rows() if any(_normal(str(cell.value or "")) == wanted for cell in row)
        ]
        for row in reversed(hits):
            sheet.delete_rows(row)
        changed = changed or bool(hits)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue() if changed else None


def _without_parquet(path: Path, wanted: str) -> bytes | None:
    table = parquet.read_table(path)
    hit = None
    for column in table.columns:
        if str(column.type) in ("string", "large_string"):
            same = compute.equal(compute.utf8_upper(compute.utf8_trim_whitespace(column)), wanted)
            same = compute.fill_null(same, False)
            hit = same if hit is None else compute.or_(hit, same)
    if hit is None or not compute.any(hit).as_py():
        return None
    target = io.BytesIO()
    parquet.write_table(table.filter(compute.invert(hit)), target)
    return target.getvalue()


REMOVERS: dict[str, Callable[[Path, str], bytes | None]] = {
    ".csv": _without_csv,
    ".tsv": _without_csv,
    ".txt": _without_csv,
    ".xlsx": _without_xlsx,
    ".parquet": _without_parquet,
}


def _rewrite(path: Path, wanted: str) -> bool:
    try:
        content = REMOVERS[path.suffix.lower()](path, wanted)
    except Exception:
        # Whatever a reader says may quote a cell.
        raise WerkzorgError(ExitCode.INPUT, Problem("cases.retention.unreadable", where=path.name)) from None
    if content is not None:
        write_private(path, content)
    return content is not None
