"""A candidate's whole record as a page to print: plain HTML, nothing loaded from elsewhere, nothing live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ candidate }}: whole record</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
 border-bottom: 1px solid #bbb; padding: .3rem .6rem; } dl { margin: 0; display: grid;
 grid-template-columns: max-content 1fr; gap: 0 .8rem; } dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }
</style></head><body>
<h1>{{ candidate }}: whole record</h1>
<p>{{ title }}.{% if expired %} The personal data have expired ({{ expired }}); what was sealed can't be read any more.
{% endif %}</p>
<table><thead><tr><th>Event</th><th>When (UTC)</th><th>By</th><th>What</th><th>Why</th></tr></thead><tbody>
{% for one in entries %}<tr><td>{{ one.event }}</td><td>{{ one.at }}</td><td>{{ one.by }}</td>
<td><b>{{ one.kind }}</b><dl>{% for name, value in one.said.items() %}<dt>{{ name }}</dt><dd dir="auto">
{%- if value is mapping %}<dl>{% for field, said in value.items() %}<dt>{{ field }}</dt>
<dd dir="auto">{{ "not answered" if said is none else said }}</dd>{% endfor %}</dl>
{%- elif value is string or value is number %}{{ value }}{% elif value is none %}not known
{%- else %}{{ value | join(", ") }}{% endif %}</dd>{% endfor %}</dl></td><td>{{ one.reason }}</td></tr>
{% endfor %}</tbody></table></body></html>
"""


def candidate_html(title: str, document: Mapping[str, Any]) -> bytes:
    """The page of one candidate; every text is escaped."""
    from jinja2 import Environment, StrictUndefined

    page = Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)
    return page.render(title=title, **document).encode("utf-8")
