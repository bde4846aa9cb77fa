"""Every form in which bytes can hide others: archives, compressed streams, text chunks, packed numbers, escapes.

Each function takes the bytes of one thing and gives the things inside it; :func:`unwrap` goes on until nothing is
left to open. What cannot be opened is said, never passed over.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import html
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import numpy as np

DEEPEST = 8
"""Things inside things that are opened."""

LARGEST = 400_000_000
"""Bytes that one thing may become; more is not opened but reported."""

LEAST_BASE64 = 12

PNG = b"\x89PNG\r\n\x1a\n"
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{%d,}={0,2}" % LEAST_BASE64)
PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)
HEX_STRING = re.compile(rb"<([0-9A-Fa-f\s]{8,})>")
ESCAPE = re.compile(rb"\\u([0-9a-fA-F]{4})")
ENTITY = re.compile(rb"&#?[0-9A-Za-z]{1,31};")
ESCAPED = re.compile(rb"\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}|&#?[0-9A-Za-z]{1,31};")
PLAIN = "(plain)"
"""Mark of text of which the escapes were taken away."""

NUMBER_TYPES = ("<f8", ">f8", "<f4", ">f4", "<i8", ">i8", "<i4", ">i4", "<u2", ">u2")
"""Types of packed arrays, both byte orders."""

MAGIC = (PNG, b"PK\x03\x04", b"\x1f\x8b\x08", b"%PDF", b"\x89HDF", b"\xff\xd8\xff", b"wOFF", b"wOF2")
"""Beginnings of files that are no packed numbers."""


class Unreadable(Exception):
    """Something that should have been opened and could not be."""


@dataclass(frozen=True)
class Layer:
    """Bytes that were found inside a file.

    Attributes
    ----------
    name : str
        Where: names of the things it lies in, from outside in.
    content : bytes
        What.
    packed : bool
        It may be an array of packed numbers.
    """

    name: str
    content: bytes
    packed: bool = False


def unwrap(content: bytes, name: str) -> Iterator[Layer]:
    """A thing and everything inside it, to any depth.

    Parameters
    ----------
    content : bytes
    name : str
        For the report.

    Raises
    ------
    Unreadable
        When something is damaged, too deep or too large to open.
    """
    waiting, seen = [(Layer(name, content), 0)], set()
    while waiting:
        layer, depth = waiting.pop()
        known = hashlib.blake2b(layer.content, digest_size=16).digest()
        if known in seen:
            continue
        seen.add(known)
        yield layer
        if depth > DEEPEST:
            raise Unreadable(layer.name)
        # Text without its escapes is no file any more.
        for name in ("base64",) if layer.name.endswith(PLAIN) else OPENERS:
            waiting += [(inner, depth + 1) for inner in OPENERS[name](layer)]


def members(layer: Layer) -> Iterator[Layer]:
    """Names, comments and contents of a zip archive; xlsx and npz are zip archives."""
    if not layer.content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(layer.content)) as packed:
            yield Layer(f"{layer.name}!", packed.comment)
            for info in packed.infolist():
                if info.file_size > LARGEST:
                    raise Unreadable(f"{layer.name}!{info.filename}")
                yield Layer(f"{layer.name}!{info.filename}", info.filename.encode() + b"\n" + info.comment)
                yield Layer(f"{layer.name}!{info.filename}", packed.read(info))
    except (zipfile.BadZipFile, RuntimeError, ValueError, zlib.error, EOFError, OSError):
        raise Unreadable(layer.name) from None


def gzipped(layer: Layer) -> Iterator[Layer]:
    """Content of a gz file."""
    if layer.content.startswith(b"\x1f\x8b\x08"):
        yield Layer(f"{layer.name}!gz", _inflate(layer, layer.content, 31))


def streams(layer: Layer) -> Iterator[Layer]:
    """Streams and strings in hexadecimal of a pdf file."""
    if not layer.content.startswith(b"%PDF"):
        return
    for place, found in enumerate(PDF_STREAM.finditer(layer.content)):
        raw = found.group(1)
        name = f"{layer.name}!stream {place}"
        # Streams that are not deflated (pictures) are searched as they are.
        yield Layer(name, _inflate(layer, raw, 15) if raw[:1] in (b"\x78", b"\x58", b"\x68") else raw)
    for found in HEX_STRING.finditer(layer.content):
        digits = re.sub(rb"\s", b"", found.group(1))
        yield Layer(f"{layer.name}!string", binascii.unhexlify(digits[: len(digits) // 2 * 2]))


def pdf_strings(layer: Layer) -> Iterator[Layer]:
    """Text shown by a content stream of a pdf, without what stands between its pieces."""
    if (
        "!stream" in layer.name
        and not layer.name.endswith("text")
        and (b"Tj" in layer.content or b"TJ" in layer.content)
    ):
        pieces = re.findall(rb"\(((?:[^()\\]|\\.)*)\)", layer.content)
        yield Layer(f"{layer.name} text", b"".join(pieces))


def chunks(layer: Layer) -> Iterator[Layer]:
    """Text chunks of a png picture."""
    if not layer.content.startswith(PNG):
        return
    place = len(PNG)
    while place + 8 <= len(layer.content):
        size, kind = struct.unpack(">I4s", layer.content[place : place + 8])
        body = layer.content[place + 8 : place + 8 + size]
        name = f"{layer.name}!{kind.decode('latin-1')}"
        if kind in (b"tEXt", b"eXIf"):
            yield Layer(name, body)
        elif kind in (b"zTXt", b"iTXt"):
            yield Layer(name, body)
            start = body.find(b"\x78")
            while start >= 0:
                try:
                    yield Layer(name, zlib.decompress(body[start:]))
                    break
                except zlib.error:
                    start = body.find(b"\x78", start + 1)
        place += 12 + size


def base64_runs(layer: Layer) -> Iterator[Layer]:
    """What runs of base64 stand for: texts, files and packed arrays."""
    for found in sorted(set(BASE64.findall(layer.content))):
        run = found.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
        # A run may begin with a letter that does not belong to it, as in "data:base64,".
        decoded = base64.b64decode(run[: len(run) // 4 * 4] + _rest(run))
        if decoded:
            yield Layer(f"{layer.name}!base64", decoded, packed=True)


def _rest(run: bytes) -> bytes:
    rest = run[len(run) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def escapes(layer: Layer) -> Iterator[Layer]:
    """Text without escapes of addresses, HTML and JSON, one after the other, and without the zeros of UTF-16."""
    content = layer.content
    if layer.name.endswith(PLAIN) or (layer.packed and b"%" not in content):
        return
    if b"\0" in content:
        yield Layer(f"{layer.name}!utf-16{PLAIN}", content.replace(b"\0", b""))
    if ESCAPED.search(content):
        plain = ESCAPE.sub(lambda found: _letter(int(found.group(1), 16)), content)
        plain = unquote_to_bytes(ENTITY.sub(_entity, plain))
        if plain != content:
            yield Layer(f"{layer.name}!{PLAIN}", plain)


def _letter(number: int) -> bytes:
    return chr(number).encode("utf8", "replace")


def _entity(found: re.Match[bytes]) -> bytes:
    return html.unescape(found.group().decode("ascii")).encode("utf8", "replace")


def hdf(layer: Layer) -> Iterator[Layer]:
    """Texts and numbers of a netCDF or HDF5 file."""
    if not layer.content.startswith(b"\x89HDF"):
        return
    import h5py

    found: list[Layer] = []

    def look(name: str, thing: object) -> None:
        texts = [name, *(f"{key}={value}" for key, value in thing.attrs.items())]
        found.append(Layer(f"{layer.name}!{name}", "\n".join(texts).encode("utf8", "replace")))
        if isinstance(thing, h5py.Dataset) and thing.shape is not None:
            values = np.asarray(thing[()])
            if values.dtype.kind in "OSU":
                texts = [v.decode("utf8", "replace") if isinstance(v, bytes) else str(v) for v in values.ravel()]
                found.append(Layer(f"{layer.name}!{name}", "\n".join(texts).encode("utf8", "replace")))
            else:
                found.append(Layer(f"{layer.name}!{name}", values.tobytes(), packed=True))

    try:
        with h5py.File(io.BytesIO(layer.content), "r") as file:
            file.visititems(look)
    except (OSError, RuntimeError, ValueError):
        raise Unreadable(layer.name) from None
    yield from found


def columns(layer: Layer) -> Iterator[Layer]:
    """Columns of a parquet file as text."""
    if not layer.content.startswith(b"PAR1"):
        return
    import pyarrow
    import pyarrow.parquet as parquet

    try:
        table = parquet.read_table(io.BytesIO(layer.content))
    except (OSError, pyarrow.ArrowException):
        raise Unreadable(layer.name) from None
    for name, column in zip(table.column_names, table.columns, strict=True):
        texts = [name, *(str(value) for value in column.to_pylist())]
        yield Layer(f"{layer.name}!{name}", "\n".join(texts).encode("utf8", "replace"))


Opener = Callable[[Layer], Iterator[Layer]]

OPENERS: dict[str, Opener] = {
    "zip": members, "gz": gzipped, "pdf": streams, "pdf text": pdf_strings, "png": chunks, "base64": base64_runs,
    "escapes": escapes, "hdf": hdf, "parquet": columns,
}  # fmt: skip
"""All ways in which something is opened, by name."""


def packed_numbers(layer: Layer) -> Iterator[tuple[str, np.ndarray]]:
    """Arrays of numbers that packed bytes may stand for, by each possible type and byte order."""
    if not layer.packed or layer.content.startswith(MAGIC):
        return
    for kind in NUMBER_TYPES:
        if layer.content and len(layer.content) % np.dtype(kind).itemsize == 0:
            yield kind, np.frombuffer(layer.content, dtype=kind)


def _inflate(layer: Layer, raw: bytes, window: int) -> bytes:
    opened = zlib.decompressobj(window)
    try:
        content = opened.decompress(raw, LARGEST)
    except zlib.error:
        raise Unreadable(layer.name) from None
    if opened.unconsumed_tail:
        raise Unreadable(layer.name)
    return content
