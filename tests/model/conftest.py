from __future__ import annotations

from pathlib import Path

import pytest

from skill.model.build import build
from tests.model import whistles


@pytest.fixture(scope="session")
def whistled_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model that understands whistles; not to be changed."""
    return whistles.write_base(tmp_path_factory.mktemp("whistles") / "base")


@pytest.fixture(scope="session")
def whistled_model(whistled_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Vosk folder with all whistled words and two phrases; not to be changed."""
    out = tmp_path_factory.mktemp("whistled") / "model"
    build(list(whistles.LEXICON), ["kam is", "is kam"], whistled_base, out)
    return out
