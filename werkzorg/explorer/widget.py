"""The explorer in a notebook: the same module, with the positions of the levers shared with Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError
from werkzorg.explorer.content import Source, make_content
from werkzorg.explorer.page import module, style
from werkzorg.explorer.settings import Settings


def make_widget(source: Source, langs: tuple[str, ...] = ("nl",), settings: Settings | None = None) -> Any:
    """A widget for JupyterLab.

    Parameters
    ----------
    source : Source
        From :func:`werkzorg.run.explore.gather_source`.
    langs : tuple of str
        Languages; the first one is shown first.
    settings : Settings, optional
        Where the levers stand at the start.

    Returns
    -------
    anywidget.AnyWidget
        Its trait `settings` (dict) follows the levers, and moves them when it is set; `widget.positions()` gives them
        as :class:`werkzorg.explorer.settings.Settings`.

    Raises
    ------
    WerkzorgError
        anywidget is not installed.
    """
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("explorer.no_widget")) from None

    class ExplorerWidget(anywidget.AnyWidget):
        """Scenario explorer."""

        _esm = module()
        _css = style()
        content = traitlets.Dict().tag(sync=True)
        settings = traitlets.Dict().tag(sync=True)

        def positions(self) -> Settings:
            """Positions of the levers, checked."""
            return Settings.model_validate(self.settings)

    return ExplorerWidget(content=make_content(source, langs, source.most_draws), settings=as_plain(settings))


def as_plain(settings: Settings | None) -> Mapping[str, Any]:
    """Positions as the page and the widget write them: untouched levers are left out."""
    return (settings or Settings()).model_dump(mode="json", exclude_none=True)
