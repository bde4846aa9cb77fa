"""One catalogue of everything a person reads, in Dutch and English.

The catalogue is a folder of YAML files (`werkzorg/words/*.yaml`), each a flat mapping of
``id: {nl: ..., en: ...}``. Identifiers are dotted; a double identifier is an error.
"""

from __future__ import annotations

import functools
import math
import os
from importlib import resources
from string import Formatter

from ruamel.yaml import YAML

LANGUAGES = ("nl", "en")


@functools.cache
def catalogue() -> dict[str, dict[str, str]]:
    """Read the whole catalogue.

    Returns
    -------
    dict
        ``{identifier: {"nl": text, "en": text}}``.

    Raises
    ------
    ValueError
        When an identifier stands in two files or misses a language.
    """
    words: dict[str, dict[str, str]] = {}
    folder = resources.files("werkzorg") / "words"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".yaml"):
            continue
        for identifier, texts in (YAML(typ="safe").load(file.read_text(encoding="utf8")) or {}).items():
            if identifier in words:
                raise ValueError(f"{file.name}: identifier {identifier!r} stands in the catalogue already")
            if set(texts) != set(LANGUAGES):
                raise ValueError(f"{file.name}: identifier {identifier!r} needs exactly the languages nl and en")
            words[identifier] = texts
    return words


def say(identifier: str, lang: str, /, **values: object) -> str:
    """Text of one identifier in one language, with its named places filled.

    Parameters
    ----------
    identifier : str
        Key of the catalogue.
    lang : {"nl", "en"}
        Language.
    **values
        One value for each named place in the text; values are put in as plain text.

    Raises
    ------
    KeyError
        Unknown identifier, or a named place without a value.
    """
    text = catalogue()[identifier][lang]
    return Formatter().vformat(text, (), {name: str(value) for name, value in values.items()})


_WORD = "probability.from."


def probability_word(probability: float, lang: str) -> str:
    """Word for a probability from the fixed table of the catalogue (`probability.from.<percent>`).

    Parameters
    ----------
    probability : float
        Between 0 and 1.
    lang : {"nl", "en"}
    """
    limits = sorted(int(identifier.removeprefix(_WORD)) for identifier in catalogue() if identifier.startswith(_WORD))
    # The word goes with the percentage that is printed: 79.8% is shown as 80% and so gets the word of 80%.
    shown = math.floor(100 * probability + 0.5)
    limit = max(limit for limit in limits if limit <= shown)
    return say(f"{_WORD}{limit:02d}", lang)


def language() -> str:
    """Language of messages: `WERKZORG_LANG` when it is `en`, else Dutch."""
    return "en" if os.environ.get("WERKZORG_LANG", "nl").lower().startswith("en") else "nl"
