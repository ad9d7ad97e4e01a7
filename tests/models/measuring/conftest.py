"""The whistled words of tests/model: a folder that a decoder gets all right."""

from __future__ import annotations

from tests.model.conftest import whistled_base, whistled_model

__all__ = ["whistled_base", "whistled_model"]
