"""Csv files: one walk over the bytes to find what would be misread, then a fast reader of text columns."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from werkzorg.cases.datafile import CHUNK, Source
from werkzorg.cases.problems import ROWS_SHOWN, FileError
from werkzorg.cases.table_reader import Block, Cells, Opened

MAX_LINE = 1 << 20
"""Longest row in bytes; the widest table stays below two thousand."""

BLOCK_BYTES = 1 << 24
"""Bytes that the fast reader takes at a time."""

CONTROL = bytes(set(range(32)) - {9, 10, 13}) + b"\x7f"
HIDDEN_CONTROL = re.compile(b"\xc2[\x80-\x9f]|\xef\xbf\xbd")
"""Control characters and the mark of a lost character, in UTF-8."""

UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
UNDEFINED_CP1252 = re.compile(b"[\x81\x8d\x8f\x90\x9d]")
MAX_UTF16 = 500_000_000


@dataclass
class Walk:
    """What one walk over the bytes found; rows count from 1, the header included."""

    lines: int = 0
    first: bytes = b""
    control: int = 0
    lone_return: int = 0
    quotes: bool = False
    open_quote: list[int] = field(default_factory=list)
    blank: list[np.ndarray] = field(default_factory=list)
    good_utf8: int = 0
    bad_utf8: int = 0
    undefined: int = 0
    too_long: bool = False

    def take(self, chunk: bytes) -> None:
        """Look at some whole lines."""
        if not self.lines:
            self.first = chunk.split(b"\n", 1)[0]
        start, data = self.lines + 1, np.frombuffer(chunk, dtype=np.uint8)
        ends = np.flatnonzero(data == 10)
        if not chunk.endswith(b"\n"):
            ends = np.append(ends, len(data))
        starts = np.concatenate(([0], ends[:-1] + 1))
        self.lines += len(ends)
        length = ends - starts
        carriage = (length == 1) & (data[np.minimum(starts, len(data) - 1)] == 13)
        blank = np.flatnonzero((length == 0) | carriage)
        if len(blank):
            self.blank.append(blank + start)
        self._marks(chunk, ends, start)
        if not chunk.isascii():
            self._letters(chunk, start)

    def _marks(self, chunk: bytes, ends: np.ndarray, start: int) -> None:
        if not self.control and len(chunk.translate(None, CONTROL)) != len(chunk):
            place = re.search(b"[" + re.escape(CONTROL) + b"]", chunk).start()
            self.control = start + int(np.searchsorted(ends, place))
        if not self.lone_return and chunk.count(b"\r") != chunk.count(b"\r\n"):
            found = re.search(b"\r(?!\n)", chunk)
            self.lone_return = start + int(np.searchsorted(ends, found.start()))
        if b'"' in chunk:
            self.quotes = True
            places = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == 34)
            per_line = np.diff(np.searchsorted(places, ends), prepend=0)
            self.open_quote += (np.flatnonzero(per_line % 2) + start).tolist()

    def _letters(self, chunk: bytes, start: int) -> None:
        hidden = HIDDEN_CONTROL.search(chunk)
        try:
            chunk.decode("utf-8")
            self.good_utf8 = self.good_utf8 or start + chunk[: _first_letter(chunk)].count(b"\n")
            if hidden and not self.control:
                self.control = start + chunk[: hidden.start()].count(b"\n")
            return
        except UnicodeDecodeError:
            pass
        for number, line in enumerate(chunk.split(b"\n"), start=start):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                self.good_utf8 = self.good_utf8 or number
            except UnicodeDecodeError:
                self.bad_utf8 = self.bad_utf8 or number
            if not self.undefined and UNDEFINED_CP1252.search(line):
                self.undefined = number


def _first_letter(chunk: bytes) -> int:
    return re.search(b"[\x80-\xff]", chunk).start()


def open_csv(source: Source, max_rows: int) -> Opened:
    """Check the bytes of a csv file and read its first row.

    Parameters
    ----------
    source : Source
        The file and its declaration.
    max_rows : int
        Most rows that its table may have.

    Returns
    -------
    Opened
        First row and blocks of text.

    Raises
    ------
    FileError
        Encoding, control characters, quotes or line ends that would make a reader guess; too many rows.
    """
    with source.path.open("rb") as file:
        head = file.read(4)
    content = _from_utf16(source) if head.startswith(UTF16_MARKS) else None
    if content is None and source.entry.encoding == "utf-16":
        raise source.fail("encoding_other", values={"declared": "utf-16"})
    walk = _walk(source, content)
    encoding = "utf-16" if content is not None else _encoding(source, walk, head.startswith(UTF8_MARK))
    _check(source, walk)
    codec = "cp1252" if encoding == "cp1252" else "utf-8-sig"
    first = walk.first.decode(codec).rstrip("\r")
    skip = 1
    if first.replace('"', "") == f"sep={source.entry.delimiter}":
        first, skip = _second_line(source, content, codec), 2
    names = next(csv.reader([first], delimiter=source.entry.delimiter), [])
    if not any(name.strip() for name in names):
        raise source.fail("no_header", rows=(skip,), count=1)

    if walk.lines - skip - sum(map(len, walk.blank)) > max_rows:
        raise source.fail("too_many_rows", values={"limit": max_rows})

    def blocks(positions: Sequence[int]) -> Iterator[Block]:
        return _blocks(source, content, codec, names, skip, walk, positions)

    return Opened(names, blocks, encoding=encoding)


def _from_utf16(source: Source) -> bytes:
    if source.entry.encoding not in ("auto", "utf-16"):
        raise source.fail("encoding_other", values={"declared": source.entry.encoding})
    if source.before.size > MAX_UTF16:
        raise source.fail("too_large", values={"limit": MAX_UTF16 // 1_000_000})
    try:
        return source.path.read_bytes().decode("utf-16").encode("utf-8")
    except UnicodeError:
        raise source.fail("not_readable") from None


def _walk(source: Source, content: bytes | None) -> Walk:
    walk, rest = Walk(), b""
    with io.BytesIO(content) if content is not None else source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            whole, newline, left = (rest + chunk).rpartition(b"\n")
            if newline:
                walk.take(whole + b"\n")
            rest = left
            if len(rest) > MAX_LINE:
                # A NUL-filled or binary file has no lines; look at it, as the control character is the better message.
                walk.take(rest)
                walk.too_long, rest = True, b""
                break
    if rest:
        walk.take(rest)
    return walk


def _encoding(source: Source, walk: Walk, marked: bool) -> str:
    declared = source.entry.encoding
    if walk.bad_utf8 and (walk.good_utf8 or marked):
        first, second = sorted((walk.bad_utf8, walk.good_utf8 or 1))
        raise source.fail("encoding_mixed", rows=(first, second), count=2)
    if walk.bad_utf8:
        if declared == "utf-8":
            raise source.fail("encoding_other", rows=(walk.bad_utf8,), count=1, values={"declared": declared})
        if walk.undefined:
            raise source.fail("encoding_unknown", rows=(walk.undefined,), count=1)
        return "cp1252"
    if declared == "cp1252" and (walk.good_utf8 or marked):
        raise source.fail("encoding_other", rows=(walk.good_utf8 or 1,), count=1, values={"declared": declared})
    return "utf-8"


def _check(source: Source, walk: Walk) -> None:
    if walk.control:
        raise source.fail("control_characters", rows=(walk.control,), count=1)
    if walk.too_long:
        raise source.fail("line_too_long", rows=(walk.lines,), count=1, values={"limit": MAX_LINE})
    if walk.lone_return:
        raise source.fail("line_ends", rows=(walk.lone_return,), count=1)
    if walk.open_quote:
        rows = walk.open_quote
        raise source.fail("open_quote", rows=tuple(rows[:ROWS_SHOWN]), count=len(rows))


def _second_line(source: Source, content: bytes | None, codec: str) -> str:
    with io.BytesIO(content) if content is not None else source.path.open("rb") as file:
        file.readline()
        return file.readline(MAX_LINE).decode("utf-8" if codec == "utf-8-sig" else codec).rstrip("\r\n")


def _blocks(
    source: Source, content: bytes | None, codec: str, names: list[str], skip: int, walk: Walk, positions: Sequence[int]
) -> Iterator[Block]:
    """Blocks of the fast reader, with the row of the file of each row."""
    labels = [str(place) for place in range(len(names))]
    chosen = [labels[place] for place in positions]
    ragged = []

    def skip_row(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.number)
        return "skip"

    blank = np.concatenate(walk.blank) if walk.blank else np.empty(0, dtype=np.int64)
    file_rows = np.setdiff1d(np.arange(skip + 1, walk.lines + 1), blank, assume_unique=True)
    if not len(file_rows):
        return
    try:
        reader = arrow_csv.open_csv(
            pa.BufferReader(content) if content is not None else str(source.path),
            arrow_csv.ReadOptions(
                block_size=max(BLOCK_BYTES, 2 * MAX_LINE), column_names=labels, skip_rows=skip,
                encoding="cp1252" if codec == "cp1252" else "utf8",
            ),
            arrow_csv.ParseOptions(delimiter=source.entry.delimiter, invalid_row_handler=skip_row),
            arrow_csv.ConvertOptions(
                include_columns=chosen, strings_can_be_null=False, check_utf8=True,
                column_types=dict.fromkeys(labels, pa.dictionary(pa.int32(), pa.string())),
            ),
        )  # fmt: skip
        start = 0
        for batch in reader:
            if ragged:
                break
            if batch.num_rows:
                columns = [_cells(batch.column(place)) for place in range(batch.num_columns)]
                yield Block(columns, file_rows[start : start + batch.num_rows])
                start += batch.num_rows
    except pa.ArrowInvalid:
        # One column and blank lines look alike to the reader; every other cause is a row of another length.
        ragged.append(None)
    if ragged or start != len(file_rows):
        raise _ragged(source, content, codec, len(names))


def _cells(column: pa.DictionaryArray) -> Cells:
    return Cells(column.dictionary, column.indices.to_numpy(zero_copy_only=False))


def _ragged(source: Source, content: bytes | None, codec: str, width: int) -> FileError:
    """Rows with more or fewer fields than the header, found one by one."""
    rows: list[int] = []
    count = 0
    with io.BytesIO(content) if content is not None else source.path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig" if codec != "cp1252" else codec, newline="")
        try:
            reader, start = csv.reader(text, delimiter=source.entry.delimiter), 1
            for fields in reader:
                if fields and len(fields) != width and not (start == 1 and fields[0].startswith("sep=")):
                    count += 1
                    if count <= ROWS_SHOWN:
                        rows.append(start)
                # A record that swallowed the next lines is named where it began.
                start = reader.line_num + 1
        except csv.Error:
            return source.fail("not_readable", rows=(reader.line_num,), count=1)
    return source.fail("ragged_rows", rows=tuple(rows), count=count, values={"width": width})
