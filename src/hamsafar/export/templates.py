"""Pages from templates: every text escaped, one style sheet inside, its hash in the page's own security policy."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from hamsafar.export.words import clean
from hamsafar.resources import read_text


def filled(template: str, *styles: str, **context: Any) -> bytes:
    """One page in UTF-8, from a template and style sheets of `export/data`, the later ones over the earlier."""
    from markupsafe import Markup

    css = "".join(read_text(f"export/data/{style}") for style in styles)
    page: str = _template(template).render(
        style=Markup(css),  # our own file
        style_hash="sha256-" + b64encode(sha256(css.encode("utf-8")).digest()).decode("ascii"),
        **context,
    )
    return page.encode("utf-8")


@cache
def _template(template: str) -> Any:
    """Compiled once, however many pages it fills."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    names = (template, "sheet_parts.html.j2")
    environment = Environment(
        loader=DictLoader({name: read_text(f"export/data/{name}") for name in names}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value, "\n") if type(value) is str else value,
    )
    return environment.get_template(template)


def drawn(svg: str) -> Any:
    """A drawing for a template: its texts are escaped in `svg`."""
    from markupsafe import Markup

    return Markup(svg)
