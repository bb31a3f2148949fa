"""The public names of `univocal.statistics`, and that no module takes the place of one."""

import pkgutil
from importlib import import_module

import pytest

from univocal import statistics


@pytest.mark.parametrize("name", statistics.__all__)
def test_every_public_name_loads_and_is_documented(name):
    assert getattr(statistics, name).__doc__


def test_no_module_bears_the_name_of_a_function():
    modules = {module.name for module in pkgutil.iter_modules(statistics.__path__)}
    assert not modules & set(statistics.__all__)
    for name in modules:
        import_module(f"univocal.statistics.{name}")
    assert callable(statistics.prevalence)
    assert callable(statistics.dawid_skene)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'alignment_score'"):
        _ = statistics.alignment_score
