"""Generate the code that follows from the provider values and their catalogues.

    python scripts/generate_models.py            writes the files
    python scripts/generate_models.py --check    lists the files that are out of date, and fails if there are any

For each provider in `god_llm.plugins.registry`: `models.py` (model Literals and type variables) and `chat.py` (the
facade). Besides: `plugins/model_ids.py` (`provider:model` names), `plugins/chat_model.py` (a model by its full name),
`containers/generation.py` (the generation settings as environment settings) and `containers/providers.py`.

To add a model or to correct a fact, edit `plugins/<provider>/catalogue.json` and run this. `generation/` holds one
module for each kind of generated file.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent))

from generation import chat_models, containers, facades, model_names, settings_fields
from generation.source import PLUGINS, SOURCE, sources


def generated() -> Iterator[tuple[Path, str]]:
    """Each generated file and its content."""
    found = list(sources())
    for source in found:
        yield PLUGINS / source.name / "models.py", model_names.models_module(source)
        yield PLUGINS / source.name / "chat.py", facades.chat_module(source)
    yield PLUGINS / "model_ids.py", model_names.ids_module(found)
    yield PLUGINS / "chat_model.py", chat_models.chat_models_module(found)
    yield SOURCE / "containers" / "generation.py", settings_fields.generation_module()
    yield SOURCE / "containers" / "providers.py", containers.containers_module(found)


def formatted(path: Path, text: str) -> str:
    """The text as ruff formats it."""
    for arguments in (["check", "--select", "I,F401", "--fix-only", "--quiet"], ["format"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(path), "-"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{path}: {done.stderr}")
        text = done.stdout
    return text


ROOT: Final = SOURCE.parents[1]


def main() -> int:
    """Write, or check."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="write nothing; fail if a file is out of date")
    check = arguments.parse_args().check
    files = [(path, formatted(path, text)) for path, text in generated()]
    stale = [(path, text) for path, text in files if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path, text in stale:
        print(f"{'out of date' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
