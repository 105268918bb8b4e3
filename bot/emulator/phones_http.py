"""The phones over HTTP: what a demo page, or a test in another process, sees and does."""

import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.emulator.chats import Chat, Standing
from bot.emulator.http_answers import explained, read_object
from bot.emulator.phone_acts import ACTS
from bot.emulator.views import MessageView
from bot.emulator.wire import Wire
from bot.emulator.world import World


def phone_routes(world: World) -> list[BaseRoute]:
    """The routes of the phones; what a person cannot do is answered 400, an unknown thing 404, with `error`."""
    api = PhonesApi(world)
    return [
        Route("/phones", explained(api.everyone), methods=["GET"]),
        Route("/phones", explained(api.add_user), methods=["POST"]),
        Route("/phones/events", api.events, methods=["GET"]),
        Route("/phones/groups", explained(api.add_group), methods=["POST"]),
        Route("/phones/files/{file_id}", explained(api.file), methods=["GET"]),
        Route("/phones/{user_id:int}", explained(api.phone), methods=["GET"]),
        Route("/phones/{user_id:int}/chats/{chat_id}", explained(api.chat), methods=["GET"]),
        Route("/phones/{user_id:int}/{act}", explained(api.act), methods=["POST"]),
    ]


class PhonesApi:
    """The handlers; each one is documented with its route in docs/emulator.md."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def everyone(self, request: Request) -> Response:
        """All phones and groups."""
        phones = [self._phone_json(user_id) for user_id in self._world.phones]
        groups = [self._chat_json(group.chat) for group in self._world.groups.values()]
        body = {"change": self._world.changes.number, "phones": phones, "groups": groups}
        return JSONResponse(body | {"bot": self._world.bot.wire()})

    async def add_user(self, request: Request) -> Response:
        """Add a person; `started` lets the bot write at once."""
        body = await read_object(request)
        phone = self._world.user(
            body.get("id"),
            str(body.get("first_name", "Ana")),
            body.get("language_code", "en"),
            started=bool(body.get("started")),
        )
        return JSONResponse(self._phone_json(phone.id), status_code=201)

    async def add_group(self, request: Request) -> Response:
        """Add a group with the bot and the named members in it."""
        body = await read_object(request)
        members = [self._world.phones[user_id] for user_id in body.get("members", [])]
        group = self._world.group(
            str(body.get("title", "Staff")),
            bool(body.get("forum")),
            bot_admin=bool(body.get("bot_admin", True)),
            members=members,
        )
        return JSONResponse(self._chat_json(group.chat), status_code=201)

    async def phone(self, request: Request) -> Response:
        """One phone and its chats."""
        return JSONResponse(self._phone_json(request.path_params["user_id"]))

    async def chat(self, request: Request) -> Response:
        """The messages of one chat, or only those that changed after `since`."""
        phone = self._world.phones[request.path_params["user_id"]]
        since = int(request.query_params.get("since", 0))
        views = phone.messages(int(request.path_params["chat_id"]))
        body = {
            "change": self._world.changes.number,
            "ids": [view.id for view in views],
            "messages": [view.as_json() for view in views if view.message.change > since],
        }
        return JSONResponse(body)

    async def act(self, request: Request) -> Response:
        """Let a person do something with the phone."""
        phone = self._world.phones[request.path_params["user_id"]]
        act = ACTS[request.path_params["act"]]
        result = await act(self._world, phone, await read_object(request))
        return JSONResponse(result.as_json() if isinstance(result, MessageView) else result)

    async def file(self, request: Request) -> Response:
        """The bytes of a file, for a page that must not know the bot's token."""
        file = self._world.files.by_id(request.path_params["file_id"])
        if file is None:
            raise LookupError("there is no such file")
        return Response(file.content, media_type=file.media_type)

    async def events(self, request: Request) -> Response:
        """Server-sent events: the number of the newest change, at once and whenever it grows."""
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(self._change_events(), media_type="text/event-stream", headers=headers)

    async def _change_events(self) -> AsyncIterator[str]:
        number = -1
        while not self._world.closed:
            number = await self._world.changes.after(number)
            yield f"data: {json.dumps({'change': number})}\n\n"

    def _phone_json(self, user_id: int) -> Wire:
        user = self._world.phones[user_id].user
        private = self._world.chats[user_id]
        groups = [
            self._chat_json(chat)
            for chat in self._world.chats.values()
            if chat.user is None and chat.members.get(user_id, Standing.LEFT).is_inside
        ]
        return {
            "id": user.id,
            "first_name": user.first_name,
            "language_code": user.language_code,
            "deactivated": user.deactivated,
            "started": private.bot_standing is Standing.MEMBER,
            "blocked": private.bot_standing is Standing.KICKED,
            "chats": [self._chat_json(private), *groups],
        }

    def _chat_json(self, chat: Chat) -> Wire:
        return {
            "id": chat.id,
            "kind": chat.kind.value,
            "title": chat.title or self._world.bot.first_name,
            "forum": chat.is_forum,
            "migrated_to": chat.migrated_to,
            "bot": chat.bot_standing.value,
            "members": [user_id for user_id, standing in chat.members.items() if standing.is_inside],
            "topics": [
                {"id": topic.id, "name": topic.name, "closed": topic.is_closed} for topic in chat.topics.values()
            ],
        }
