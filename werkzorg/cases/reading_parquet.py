"""Parquet files: sizes checked from the footer, flat columns only, read in batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from werkzorg.cases.datafile import Source
from werkzorg.cases.table_reader import Block, Cells, Opened

ROWS_AT_ONCE = 1 << 18
MAX_COLUMNS = 200
MAX_UNPACKED = 16_000_000_000
"""Bytes of all columns without compression, as the footer says."""

BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError, TypeError, KeyError)
"""What Arrow raises on content that it cannot read, days outside the calendar and unknown time zones included."""


def open_parquet(source: Source, max_rows: int) -> Opened:
    """Check the footer of a parquet file.

    Parameters
    ----------
    source : Source
        The file and its declaration.
    max_rows : int
        Most rows that its table may have.

    Returns
    -------
    Opened
        Names of the columns, and blocks of typed cells. The first row of data is row 2, as in other files.

    Raises
    ------
    FileError
        Not readable, too large, or columns that are lists or structures.
    """
    try:
        file = parquet.ParquetFile(source.path, arrow_extensions_enabled=False, page_checksum_verification=True)
        footer, schema = file.metadata, file.schema_arrow
        unpacked = sum(footer.row_group(place).total_byte_size for place in range(footer.num_row_groups))
    except BROKEN:
        raise source.fail("not_readable") from None
    if footer.num_rows > max_rows:
        raise source.fail("too_many_rows", values={"limit": max_rows})
    if footer.num_columns > MAX_COLUMNS or unpacked > MAX_UNPACKED:
        raise source.fail("too_large", values={"limit": MAX_UNPACKED // 1_000_000})
    nested = [place + 1 for place, kind in enumerate(schema.types) if not _is_flat(kind)]
    if nested:
        raise source.fail("nested_columns", values={"columns": ", ".join(map(str, nested))})

    def blocks(positions: Sequence[int]) -> Iterator[Block]:
        return _blocks(source, file, [schema.names[place] for place in positions])

    return Opened(list(schema.names), blocks)


def _is_flat(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    checks = (
        pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean,
        pa.types.is_date, pa.types.is_timestamp, pa.types.is_decimal, pa.types.is_null,
    )  # fmt: skip
    return any(check(kind) for check in checks)


def _blocks(source: Source, file: parquet.ParquetFile, names: list[str]) -> Iterator[Block]:
    start = 2
    try:
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=names):
            rows = np.arange(start, start + batch.num_rows)
            start += batch.num_rows
            yield Block([_cells(batch.column(name)) for name in names], rows)
    except BROKEN:
        raise source.fail("not_readable") from None


def _cells(column: pa.Array) -> Cells:
    """Distinct cells and codes; text as text, decimals as floats, days and moments as such, all else as it is."""
    if pa.types.is_null(column.type):
        return Cells([], np.full(len(column), -1, dtype=np.int32))
    if pa.types.is_decimal(column.type):
        column = compute.cast(column, pa.float64())
    if not pa.types.is_dictionary(column.type):
        column = compute.dictionary_encode(column)
    distinct = column.dictionary
    if pa.types.is_large_string(distinct.type):
        distinct = distinct.cast(pa.string())
    # Damaged text, or a day that does not exist, must end the reading here and nowhere else.
    distinct.validate(full=True)
    if pa.types.is_temporal(distinct.type):
        distinct = distinct.to_pylist()
    codes = compute.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return Cells(distinct, codes)
