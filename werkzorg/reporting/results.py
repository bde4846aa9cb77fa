"""The results table as reports read it; it is made, and defined, in the room below (`werkzorg.release.results`)."""

from werkzorg.release.results import (
    JOIN,
    ORDER_OF_THE_REST,
    Results,
    as_json,
    check,
    columns,
    make_results,
    read_results,
)

__all__ = ["JOIN", "ORDER_OF_THE_REST", "Results", "as_json", "check", "columns", "make_results", "read_results"]
