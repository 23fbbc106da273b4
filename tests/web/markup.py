"""What a page's HTML holds that our content security policy, or a ministry's network, would not allow."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

LOADING = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}
NAMING = {"alternate", "canonical"}
DATA_SCRIPTS = {"application/json"}


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.forms_without_token = 0
        self._form: dict[str, str | None] | None = None
        self._has_token = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        where = f"<{tag}> at line {self.getpos()[0]}"
        if tag == "style":
            self.faults.append(f"{where}: inline style sheet")
        if tag == "script" and "src" not in given and given.get("type") not in DATA_SCRIPTS:
            self.faults.append(f"{where}: inline script")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"{where}: attribute {name}")
            if (value or "").strip().lower().startswith("javascript:"):
                self.faults.append(f"{where}: javascript address")
            if (tag, name) in LOADING and given.get("rel") not in NAMING and urlsplit(value or "").netloc:
                self.faults.append(f"{where}: loads {value}")
        if tag == "form":
            self._form, self._has_token = given, False
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken":
            self._has_token = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            if (self._form.get("method") or "get").lower() == "post" and not self._has_token:
                self.faults.append(f"form to {self._form.get('action')}: no CSRF token")
            self._form = None


def list_faults(html: str) -> list[str]:
    """Name inline scripts, styles and handlers, loads from other hosts, and forms without a token."""
    checker = _Checker()
    checker.feed(html)
    return checker.faults
