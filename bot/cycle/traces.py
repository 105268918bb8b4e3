"""An error as it may be logged and kept: its kind and its places, never its words, which could be a patient's."""

import traceback


def place_of(error: BaseException) -> str:
    """Which error, and the line that raised it."""
    return " at ".join([type(error).__name__, *_places(error)[-1:]])


def trace_of(error: BaseException) -> str:
    """Which error, and every line on the way to it, one below the other."""
    return "\n".join(["  " + place for place in _places(error)] + [type(error).__name__])


def _places(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
