"""Questions of clients in bundles: by theme, region, channel and month, without small groups and without their text."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from werkzorg.cases.plain_table import read_plain
from werkzorg.cases.small_cells import THRESHOLD, rounded_count
from werkzorg.cases.small_groups import hidden_cells, hidden_groups
from werkzorg.errors import ExitCode, Problem, WerkzorgError

SORTS = ("theme", "region", "channel", "month")
CROSSED = tuple(("theme", other) for other in SORTS[1:])
"""Tables of two sorts: every theme against region, channel and month."""

REST = ""
"""Name of all that few asked about together: the name of a small group can itself tell who it is about."""

MOST_KINDS = 60
"""More different names in one column is free text, not a list of the approach."""


@dataclass(frozen=True)
class Bundles:
    """What may be shown of the questions; counts are rounded to five, None is not shown.

    Parameters
    ----------
    total : int
        All questions.
    first, last : str
        First and last month, as `2018-03`.
    single : dict
        Sort -> {name: count}.
    crossed : dict
        Pair of sorts -> {(name, name): count}.
    hidden : int
        Numbers that are not shown.
    """

    total: int
    first: str
    last: str
    single: dict[str, dict[str, int | None]]
    crossed: dict[tuple[str, str], dict[tuple[str, str], int | None]]
    hidden: int


def bundle_questions(path: Path | str, threshold: int = THRESHOLD) -> Bundles:
    """Read a file with questions and count them.

    Parameters
    ----------
    path : Path or str
        Columns month, region, channel and theme; a column `text` may be there and is not read.
    threshold : int
        Fewest questions behind a shown count.

    Raises
    ------
    WerkzorgError
        Code INPUT when the file is wrong or a column holds free text; code PRIVACY when there are fewer questions than
        the threshold.
    """
    made = read_plain(path, "questions")
    if len(made) < threshold:
        raise WerkzorgError(ExitCode.PRIVACY, Problem("questions.too_few", values={"threshold": threshold}))
    texts = made.assign(month=made["month"].astype(str))
    free = [sort for sort in SORTS if texts[sort].nunique() > MOST_KINDS]
    if free:
        problems = [Problem("questions.free_text", values={"column": sort, "most": MOST_KINDS}) for sort in free]
        raise WerkzorgError(ExitCode.INPUT, *problems)
    return count_bundles(texts, threshold)


def count_bundles(questions: pd.DataFrame, threshold: int = THRESHOLD) -> Bundles:
    """Counts of questions that may be shown.

    Parameters
    ----------
    questions : DataFrame
        Columns theme, region, channel and month, as texts.
    threshold : int
        Fewest questions behind a shown count, or a shown name.
    """
    made = questions.copy()
    for sort in SORTS[:-1]:
        made.loc[made[sort].map(made[sort].value_counts()) < threshold, sort] = REST
    counts = {sort: made[sort].value_counts().sort_index() for sort in SORTS}
    away = {sort: hidden_groups(counts[sort].to_numpy(), threshold) for sort in SORTS}
    single: dict[str, dict[str, int | None]] = {
        sort: {
            name: None if covered else rounded_count(int(count), threshold)
            for (name, count), covered in zip(counts[sort].items(), away[sort], strict=True)
        }
        for sort in SORTS
    }
    crossed = {}
    for first, second in CROSSED:
        table = pd.crosstab(made[first], made[second]).reindex(index=counts[first].index, columns=counts[second].index)
        # A whole line that is hidden may not be added up from its cells.
        lines = away[first][:, None] | away[second][None, :]
        covered = hidden_cells(table.to_numpy(), threshold, also=lines)
        cells = {}
        for (i, one), (j, other) in product(enumerate(table.index), enumerate(table.columns)):
            cells[one, other] = None if covered[i, j] else rounded_count(int(table.iat[i, j]), threshold)
        crossed[first, second] = cells
    shown = [*single.values(), *crossed.values()]
    hidden = int(np.sum([count is None for part in shown for count in part.values()]))
    total = rounded_count(len(made), threshold) or threshold
    return Bundles(total, made["month"].min(), made["month"].max(), single, crossed, hidden)
