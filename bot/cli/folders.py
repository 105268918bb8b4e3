"""Which folder of scripts a command looks at that needs no other setting, and which procedures are in it."""

import os
from pathlib import Path


def flows_folder(given: Path | None) -> Path:
    """The folder that was named, else that of FLOWS_DIR (environment or ``.env``), else ``flows``."""
    if given is not None:
        return given
    from dotenv import dotenv_values

    return Path(os.environ.get("FLOWS_DIR") or dotenv_values(".env").get("FLOWS_DIR") or "flows")


def known_procedures(folder: Path, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The procedures that are wanted, or all live ones. Errors: Refused for one that is not there, ScriptError."""
    from bot.core.errors import Refused
    from bot.core.flow.layout import TEMPLATE, Layout
    from bot.wiring.folder import read_files

    files = read_files(folder)
    live = Layout(files).procedures
    if not live:
        raise Refused(f"There is no procedure in {folder}: is it a folder of scripts?")
    known = (*live, *([TEMPLATE] if f"{TEMPLATE}/script.yaml" in files else []))
    for name in wanted:
        if name not in known:
            raise Refused(f"There is no procedure {name!r} in {folder}. There is: {', '.join(known)}.")
    return tuple(dict.fromkeys(wanted)) or live
