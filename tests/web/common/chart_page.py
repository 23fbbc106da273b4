"""Addresses of a page with one chart, for the test of the chart bundle."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path

PAGE = """
{% extends "common/base.html" %}{% load static %}
{% block title %}chart{% endblock %}
{% block head %}<script src="{% static 'corridor/vega.js' %}" defer></script>{% endblock %}
{% block content %}<h1>chart</h1>{% include "common/_chart.html" %}{% endblock %}
"""
#: Everything that makes Vega evaluate an expression: a calculated field, a filter, a tooltip, a
#: parameter bound to the selection, a conditional colour, an axis label expression.
SPEC: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "width": 300,
    "height": 200,
    "data": {"values": [{"name": "a", "usd": 4.0}, {"name": "b", "usd": 7.0}, {"name": "c", "usd": 1.0}]},
    "params": [{"name": "pick", "select": {"type": "point", "fields": ["name"]}}],
    "transform": [
        {"calculate": "datum.usd * 2", "as": "double"},
        {"filter": "datum.usd > 2"},
    ],
    "mark": {"type": "bar", "tooltip": True},
    "encoding": {
        "x": {"field": "name", "type": "nominal", "axis": {"labelExpr": "upper(datum.label)"}},
        "y": {"field": "double", "type": "quantitative"},
        "color": {"condition": {"param": "pick", "value": "teal"}, "value": "grey"},
        "tooltip": [{"field": "name"}, {"field": "double", "format": ".1f"}],
    },
}


def show_chart(request: HttpRequest) -> HttpResponse:
    """Show a page as the apps make them: base layout, chart component, bundle in the head."""
    context = {"chart": SPEC, "chart_id": "spec", "chart_title": "A chart", "chart_source": "made up"}
    return HttpResponse(Template(PAGE.strip()).render(RequestContext(request, context)))


urlpatterns = [
    path("chart", show_chart),
    path("", include("corridor_web.config.urls")),
]
