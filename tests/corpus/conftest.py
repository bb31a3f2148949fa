"""Modules that several tests of readers share; tests are imported by path, so these are too."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def tiny_pdf() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tiny_pdf", Path(__file__).with_name("tiny_pdf.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
