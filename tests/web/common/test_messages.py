"""Every message of the source stands in the catalogue with the same placeholders."""

import pytest
from tools.messages import check, placeholders


def test_source_and_catalogue_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert check() == 0, capsys.readouterr().out


def test_placeholders_are_told_apart() -> None:
    assert placeholders("%(a)s of {b} at 80 %%") == ["%(a)s", "{b}"]
    assert placeholders("%(a)s") != placeholders("%(b)s")
