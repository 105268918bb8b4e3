"""Which folder of scripts a command looks at that needs no other setting."""

import os
from pathlib import Path


def flows_folder(given: Path | None) -> Path:
    """The folder that was named, else that of FLOWS_DIR (environment or ``.env``), else ``flows``."""
    if given is not None:
        return given
    from dotenv import dotenv_values

    return Path(os.environ.get("FLOWS_DIR") or dotenv_values(".env").get("FLOWS_DIR") or "flows")
