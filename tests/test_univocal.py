"""The library in one screen: every public name loads, and nothing more is promised."""

from __future__ import annotations

import pytest

import univocal


@pytest.mark.parametrize("name", univocal.__all__)
def test_every_public_name_loads_and_is_documented(name: str) -> None:
    assert getattr(univocal, name).__doc__


def test_about_twenty_five_names() -> None:
    assert 20 <= len(univocal.__all__) <= 30
    assert set(univocal.__all__) < set(dir(univocal))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'alignment_score'"):
        _ = univocal.alignment_score
