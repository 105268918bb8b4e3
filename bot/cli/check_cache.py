"""Keeps the reports of examinations in the user's cache folder, each under a hash of everything that it depends on.

Only the author's own `aftercare check` asks here. A start and a release prove anew: what they trust must not be a file
that anybody could have written. A report that cannot be read, or that somebody else owns, counts as none.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from bot.cli.report import Burden, Examined, Found, Report, Signing
from bot.core.check.severity import Severity
from bot.core.flow.nodes import Place

MOST_KEPT = 30
"""The newest reports that stay; one of six procedures has some 20 kB."""
_SOURCES = Path(__file__).parents[1]


def cache_folder() -> Path:
    """``aftercare`` in XDG_CACHE_HOME, or in ``~/.cache`` when that is not set or not absolute."""
    named = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (named if named.is_absolute() else Path.home() / ".cache") / "aftercare"


def key_of(files: Mapping[str, str], procedures: Iterable[str]) -> str:
    """The name of a report: every text of the scripts, which procedures, our own code, Python and every library."""
    digest = hashlib.sha256()
    for part in _parts(files, procedures):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(files: Mapping[str, str], procedures: Iterable[str]) -> Iterator[bytes]:
    yield sys.version.encode()
    yield "\n".join(sorted(f"{each.name} {each.version}" for each in distributions())).encode()
    for path in sorted(_SOURCES.rglob("*.py")):
        yield str(path.relative_to(_SOURCES)).encode()
        yield path.read_bytes()
    yield "\n".join(procedures).encode()
    for name, text in sorted(files.items()):
        yield name.encode()
        yield text.encode()


def kept(folder: Path, key: str) -> Report | None:
    """The report of this name, or None."""
    path = folder / f"{key}.json"
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        seal, _, text = path.read_text(encoding="utf-8").partition("\n")
        if seal != _seal(key, text):
            return None
        return _report(json.loads(text))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def keep(folder: Path, key: str, report: Report) -> None:
    """Keep a report. A folder that cannot be written keeps nothing; two processes may keep the same at once."""
    text = json.dumps(asdict(report), ensure_ascii=False)
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, suffix=".new", delete=False, encoding="utf-8") as file:
            file.write(f"{_seal(key, text)}\n{text}")
        Path(file.name).replace(folder / f"{key}.json")
        _forget_old(folder)


def _forget_old(folder: Path) -> None:
    by_age = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in by_age[MOST_KEPT:]:
        path.unlink(missing_ok=True)


def _seal(key: str, text: str) -> str:
    """Names the text, so that half a file, or one under another name, is seen."""
    return hashlib.sha256(f"{key}\n{text}".encode()).hexdigest()


def _report(document: dict[str, Any]) -> Report:
    signing = document["signing"]
    return Report(
        examined=tuple(map(_examined, document["examined"])),
        found=tuple(map(_found, document["found"])),
        checks=document["checks"],
        signing=Signing(tuple(signing["open"]), signing["counted"], tuple(signing["signers"])),
        kept=True,
    )


def _examined(one: dict[str, Any]) -> Examined:
    burdens = tuple(Burden(**each) for each in one["burdens"])
    return Examined(**{**one, "languages": tuple(one["languages"]), "burdens": burdens})


def _found(one: dict[str, Any]) -> Found:
    return Found(**{**one, "place": Place(*one["place"]), "severity": Severity(one["severity"])})
