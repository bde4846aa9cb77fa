"""Titles of sources in the language of a reader: descriptions of our own are translated, publications are not."""

from __future__ import annotations

import functools

from werkzorg.wording import LANGUAGES, catalogue, say

OWN = "source.own."
"""Start of the words of a title that is a description of our own."""


@functools.cache
def _own() -> dict[str, str]:
    """Identifier by title, in whatever language the parameter file has it."""
    return {words[lang]: name for name, words in catalogue().items() if name.startswith(OWN) for lang in LANGUAGES}


def title_in(title: str, lang: str) -> str:
    """A title or publisher as a reader sees it.

    Parameters
    ----------
    title : str
        As it stands in a parameter file.
    lang : {"nl", "en"}

    Returns
    -------
    str
        In that language when it is a description of our own, else as it is.
    """
    name = _own().get(title)
    return title if name is None else say(name, lang)
