"""Tests of plugins outside the platform, with plain CPython and any test runner.

    platform = FakePlatform({"apiKey": "test-key"})
    platform.answer("GET", "https://api.example.com/contacts", {"contacts": []})
    items = await platform.sync(plugin)
"""

from .fake_platform import FakePlatform
from .recorded import Recorded, Request, UnexpectedRequest

__all__ = ["FakePlatform", "Recorded", "Request", "UnexpectedRequest"]
