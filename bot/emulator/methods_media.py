"""Methods that send pictures and documents, and the one that finds a file again."""

from typing import TYPE_CHECKING

from bot.emulator.errors import bad_request
from bot.emulator.files import DOWNLOAD_BYTES, PHOTO_BYTES, UPLOAD_BYTES, StoredFile, Upload
from bot.emulator.params import Params
from bot.emulator.sending import caption_content, captioned, send
from bot.emulator.targets import open_chat
from bot.emulator.wire import Wire

if TYPE_CHECKING:
    from bot.emulator.world import World

ALBUM_SIZES = range(2, 11)


def send_photo(world: "World", params: Params) -> Wire:
    """sendPhoto"""
    chat = open_chat(world, params)
    content = caption_content(params)
    photo = _stored(world, params.upload("photo"), "photo")
    return send(world, chat, params, {"photo": photo.as_photo()} | content, (photo,)).wire()


def send_document(world: "World", params: Params) -> Wire:
    """sendDocument"""
    chat = open_chat(world, params)
    content = caption_content(params)
    document = _stored(world, params.upload("document"), "document")
    return send(world, chat, params, {"document": document.as_document()} | content, (document,)).wire()


def send_media_group(world: "World", params: Params) -> list[Wire]:
    """sendMediaGroup: photos and documents; a refused item refuses the whole album."""
    chat = open_chat(world, params)
    media = params.parsed("media")
    if not isinstance(media, list) or len(media) not in ALBUM_SIZES:
        raise bad_request("media group must include 2-10 items")
    items = [_album_item(world, params, item) for item in media]
    album = f"{chat.id}-{world.changes.number}"
    return [send(world, chat, params, content | {"media_group_id": album}, (file,)).wire() for content, file in items]


def album_length(params: Params) -> int:
    """How many messages a sendMediaGroup costs."""
    media = params.parsed("media")
    return len(media) if isinstance(media, list) else 1


def get_file(world: "World", params: Params) -> Wire:
    """getFile: what bots may download is at most 20 MB."""
    file = world.files.by_id(params.text("file_id") or "")
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.content) > DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return file.wire() | {"file_path": file.path}


def _album_item(world: "World", params: Params, item: Wire) -> tuple[Wire, StoredFile]:
    kind = item.get("type")
    if kind not in ("photo", "document"):
        raise bad_request(f"can't parse InputMedia: this emulator has no album item of type {kind}")
    file = _stored(world, params.attached(str(item.get("media", ""))), kind)
    shown: Wire = {"photo": file.as_photo()} if kind == "photo" else {"document": file.as_document()}
    return shown | captioned(item.get("caption"), item.get("parse_mode"), item.get("caption_entities")), file


def _stored(world: "World", given: Upload | str | None, kind: str) -> StoredFile:
    if given is None or given == "":
        raise bad_request(f"there is no {kind} in the request")
    if isinstance(given, Upload):
        is_photo = kind == "photo"
        return world.files.keep(given, f"{kind}s", PHOTO_BYTES if is_photo else UPLOAD_BYTES)
    if given.startswith(("http://", "https://")):
        # The emulator never reaches out.
        raise bad_request("failed to get HTTP URL content")
    file = world.files.by_id(given)
    if file is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return file
