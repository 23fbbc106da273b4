"""Filters and tags for numbers, codes and listings; builtins of every template."""

from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from corridor import locale
from corridor.charts import chart_config
from corridor.locale.economies import economy_name
from corridor.locale.labels import LABELS
from corridor_web.common.language import current_language

register = template.Library()
MISSING = "–"


@register.filter
def usd(value: float | None) -> str:
    """Format an amount of USD in the language's large units."""
    return MISSING if value is None else locale.format_compact_usd(float(value), current_language())


@register.filter
def money(value: float | None, currency: str = "USD") -> str:
    """Format an amount in full, with its currency."""
    if value is None:
        return MISSING
    return locale.format_money(float(value), currency or "USD", current_language())


@register.filter
def percent(share: float | None, digits: int = 1) -> str:
    """Format a share (0…1)."""
    if share is None:
        return MISSING
    return locale.format_percent(float(share), current_language(), digits=digits)


@register.filter
def number(value: float | None, digits: int = 0) -> str:
    """Format a number."""
    if value is None:
        return MISSING
    return locale.format_decimal(float(value), current_language(), digits=digits)


@register.filter
def day(value: date | datetime | None) -> str:
    """Format a date in the reader's language."""
    return MISSING if value is None else locale.format_date(value, current_language())


@register.filter
def label(code: str | None) -> str:
    """Turn a code into words; a code without words is shown as it is."""
    if not code:
        return MISSING
    return locale.label(code, current_language()) if code in LABELS else code


@register.filter
def economy(code: str | None) -> str:
    """Turn an economy's code into its name."""
    return economy_name(code, current_language()) if code else MISSING


@register.filter
def chart_title(specification: dict[str, Any]) -> str:
    """Return the title of a Vega-Lite specification, which is text or an object with ``text``."""
    title = specification.get("title", "")
    return str(title.get("text", "")) if isinstance(title, dict) else str(title)


@register.simple_tag
def dark_chart_config() -> dict[str, Any]:
    """Return the configuration that the page puts in a chart's place where the reader prefers dark."""
    return chart_config(current_language(), "dark")


@register.filter
def lang_tag(language: str) -> str:
    """Return the BCP 47 tag of one of Django's language codes."""
    return {"zh-hans": "zh-Hans"}.get(language, language)


@register.filter
def lang_dir(language: str) -> str:
    """Return the writing direction of a language."""
    return locale.direction(language)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """Return the current query string with some parameters changed; ``None`` or empty removes one."""
    request = context.get("request")
    parameters: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        parameters.pop(name, None)
        if value not in (None, ""):
            parameters[name] = str(value)
    encoded = parameters.urlencode()
    return "?" + encoded if encoded else "?"


@register.simple_tag
def illustrative_mark(flag: bool) -> str | SafeString:
    """Mark what was generated and is not real."""
    if not flag:
        return ""
    from django.utils.translation import gettext

    return format_html('<span class="mark illustrative">{}</span>', gettext("illustrative"))


@register.simple_tag(takes_context=True)
def query_prefixed(context: dict[str, Any], prefix: str, **changes: object) -> str:
    """Like ``query``, for a page with several listings: each parameter carries the listing's prefix."""
    return query(context, **{prefix + name: value for name, value in changes.items()})
