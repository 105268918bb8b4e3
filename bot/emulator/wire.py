"""The shape of everything on the wire: JSON objects as Telegram writes them."""

import json
from typing import Any

Wire = dict[str, Any]

_encode = json.JSONEncoder(separators=(",", ":")).encode


def to_bytes(value: Any) -> bytes:
    """Write a value as compact JSON."""
    return _encode(value).encode()


def utf16_length(text: str) -> int:
    """Count UTF-16 units, the unit of Telegram's entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
