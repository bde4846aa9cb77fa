"""What the attacks work on: made-up people with planted secrets, tables about them, and folders that would leave."""

from __future__ import annotations

import base64
import gzip
import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import openpyxl
import pyarrow
import pyarrow.parquet

from werkzorg.cases.release_ledger import Entry
from werkzorg.release.results import Results, columns, make_results
from werkzorg.release.scan import Wanted, scan_folder

CODE, NAME, AMOUNT, BIRTH, BSN = "KANARIE-0001ABCD", "Wiebe Kanariestra", 77_777.77, "1901-02-03", "111222333"
"""Planted secrets: a pseudonym, a name, what one person cost, a birth date, a number that passes the eleven test."""

WANTED = Wanted(
    frozenset({CODE.encode()}), tuple(text.lower().encode() for text in (NAME, BIRTH, BSN)), frozenset({AMOUNT})
)

PEOPLE = [f"{number:024x}" for number in range(100)]
"""Keyed digests stand for people."""


def group(first, last):
    """Some of the people."""
    return frozenset(PEOPLE[first:last])


def entry(sets, *, shown=None, hidden=(), changed=0, pilot="proef"):
    """A release on these sets; of the first few people something was corrected."""
    everybody = frozenset().union(*sets.values())
    states = {person: f"{PEOPLE.index(person) < changed}" for person in everybody}
    facts = {"by": "A. de Vries", "at": "2026-01-01T10:00:00+01:00", "run_id": "r1", "stamp": "0a1b2c3d"}
    return Entry(pilot, **facts, sets=sets, states=states, shown=shown or {}, hidden=hidden)


def records(persons=40, lost=0, in_work=0, not_in_care=0, dominated=False):
    """Reduced records as far as the gate looks at them; counts of people."""
    missing = SimpleNamespace(
        lost={"programme": lost / persons},
        withdrawn={"programme": 0.0},
        not_in_care=not_in_care / persons,
        in_work=in_work / persons,
    )
    change = SimpleNamespace(persons=persons, dominated=dominated, base=500.0)
    return SimpleNamespace(persons={"programme": persons}, missing=missing, change={"programme": change})


def row(identifier, quantity="record_fact", rests_on="records", unit="persons", **fields):
    """One row of the table."""
    named = {"label_nl": "Getal", "label_en": "Number", "parties": "all"}
    return {"id": identifier, "quantity": quantity, "rests_on": rests_on, "unit": unit, **named, **fields}


def count_row(item, value):
    """A count of people of the programme, rounded to five."""
    return row(f"record_fact.{item}", item=item, group="programme", value=float(round(value / 5) * 5))


def table_of(rows) -> Results:
    """Results with only these rows."""
    facts = {
        "pilot": "proef", "name_nl": "Proef", "name_en": "Trial", "region_nl": None, "region_en": None,
        "participants_planned": 40,
        "enrolled": 40, "snapshot_date": "2026-01-01", "counts": {}, "criterion": None, "start_date": "2026-01-01",
        "valuation_date": "2026-01-01", "price_year": 2026, "horizon": 120, "main_horizon": 60, "discount_rate": 0.02,
        "evidence_set": "neutral", "seed": 1, "draws": 4000, "version": "1", "created": "2026-01-01", "run_id": "r1",
        "gates_verdict": "ok", "reused_fit": False, "end_date": "2027-01-01", "data_points": 43, "basis": "records",
        "assumed_nl": "", "assumed_en": "", "balance_error": 0.0,
    }  # fmt: skip
    known = set(columns("table"))
    return make_results(facts, [{k: v for k, v in one.items() if k in known} for one in rows], [], [])


def hits(folder: Path, wanted: Wanted = WANTED, leaving: bool = True) -> list[str]:
    """Kinds of what a scan finds."""
    return [hit.kind for hit in scan_folder(folder, wanted, leaving=leaving).hits]


def zipped(content: bytes, name: str = "blad.xml") -> bytes:
    """A zip archive with one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return target.getvalue()


def workbook(author: str = "", sheet: str = "blad", cell: object = 1) -> bytes:
    """A workbook with an author, a sheet and a cell."""
    book = openpyxl.Workbook()
    book.properties.creator = author
    book.active.title = sheet
    book.active["A1"] = cell
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def pdf(text: bytes) -> bytes:
    """A pdf file with one deflated stream that shows a text, cut in pieces as typesetters do."""
    pieces = b"".join(b"(" + text[place : place + 3] + b") -20 " for place in range(0, len(text), 3))
    stream = zlib.compress(b"BT [" + pieces + b"] TJ ET")
    head = b"%%PDF-1.7\n1 0 obj << /Length %d /Filter /FlateDecode >>\nstream\n" % len(stream)
    return head + stream + b"\nendstream\nendobj\n"


def png(text: bytes, kind: bytes = b"zTXt") -> bytes:
    """A png picture with a text chunk, deflated unless it is tEXt."""
    body = b"Comment\0" + (text if kind == b"tEXt" else b"\0" + zlib.compress(text))
    chunks = ((kind, body), (b"IEND", b""))
    packed = b"".join(struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + packed


def plot(values, kind: str) -> bytes:
    """A page with an interactive figure: its numbers are packed, so that no search for text finds them."""
    packed = base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode()
    return f'<script>Plotly.newPlot("a", [{{"y": {{"dtype": "{kind}", "bdata": "{packed}"}}}}])</script>'.encode()


def posterior(texts=(), values=(), group_name="posterior") -> bytes:
    """A netCDF or HDF5 file with draws, compressed."""
    target = io.BytesIO()
    with h5py.File(target, "w") as file:
        inside = file.create_group(group_name)
        if len(texts):
            inside.create_dataset("case", data=np.array([text.encode() for text in texts]), compression="gzip")
        if len(values):
            inside.create_dataset("cost", data=np.asarray(values, dtype=float), compression="gzip")
    return target.getvalue()


def parquet(texts) -> bytes:
    """A parquet file with one compressed column."""
    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"code": texts}), target, compression="gzip", write_statistics=False)
    return target.getvalue()


def notebook(parameters: str = "", output: str = "", stderr: str = "") -> bytes:
    """An executed notebook with its parameters and outputs, as papermill and kernels write it."""
    cells = [
        {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": parameters, "outputs": []},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "tabel",
            "outputs": [
                {"output_type": "execute_result", "data": {"text/html": "<table></table>", "text/plain": output}},
                {"output_type": "stream", "name": "stderr", "text": stderr},
            ],
        },
    ]
    return json.dumps({"cells": cells, "metadata": {"papermill": {"input_path": parameters}}}).encode()


def squeezed(content: bytes) -> bytes:
    """A gz file."""
    return gzip.compress(content)
