"""How the phones' HTTP interface reads a body and says what was wrong with it."""

import base64
import json
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.emulator.errors import Refused

Handler = Callable[[Request], Awaitable[Response]]


async def read_object(request: Request) -> dict[str, Any]:
    """The JSON object in a request's body; raises ValueError for anything else.

    A body of another media type is a file: it is returned as `content`, named by the `name` of the query.
    """
    body = await request.body()
    media_type = request.headers.get("content-type", "application/json")
    if body and not media_type.startswith("application/json"):
        return dict(request.query_params) | {"content": body}
    parsed = json.loads(body or b"{}")
    if not isinstance(parsed, dict):
        raise ValueError("a JSON object is expected")
    if "base64" in parsed:
        parsed["content"] = base64.b64decode(parsed.pop("base64"), validate=True)
    return parsed


def explained(handler: Handler) -> Handler:
    """Turn what a handler raises for a bad request into an answer that says why."""

    @wraps(handler)
    async def explain(request: Request) -> Response:
        try:
            return await handler(request)
        except LookupError as error:
            return JSONResponse({"error": f"not found: {error}"}, status_code=404)
        except (ValueError, TypeError, PermissionError, Refused) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    return explain
