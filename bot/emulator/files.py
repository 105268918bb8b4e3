"""Files that bots and phones sent: kept in memory, named by `file_id`, fetched by path."""

import hashlib
import mimetypes
from dataclasses import dataclass

from bot.emulator.errors import bad_request
from bot.emulator.wire import Wire

MEGABYTE = 1024 * 1024
PHOTO_BYTES = 10 * MEGABYTE
UPLOAD_BYTES = 50 * MEGABYTE
DOWNLOAD_BYTES = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it comes in."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that Telegram has."""

    id: str
    unique_id: str
    path: str
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The media type that the name promises."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def wire(self) -> Wire:
        """The fields that every kind of file has on the wire."""
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.content)}

    def as_photo(self) -> list[Wire]:
        """The file as a photo: a small size first and the full size last, as Telegram lists them."""
        small = self.wire() | {"file_unique_id": f"{self.unique_id}s", "width": 90, "height": 67}
        return [small, self.wire() | {"width": 1280, "height": 960}]

    def as_document(self) -> Wire:
        """The file as a document."""
        return self.wire() | {"file_name": self.name, "mime_type": self.media_type}


class Files:
    """Every file of the world."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def keep(self, upload: Upload, folder: str, limit: int = UPLOAD_BYTES) -> StoredFile:
        """Store an upload and give it its ids; refuses an empty file and one of more than `limit` bytes."""
        if not upload.content:
            raise bad_request("file must be non-empty")
        if len(upload.content) > limit:
            raise bad_request("file is too big")
        number = len(self._by_id) + 1
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        digest = hashlib.sha256(upload.content).hexdigest()
        stored = StoredFile(
            id=f"file-{number}-{digest[:24]}",
            unique_id=digest[:16],
            path=f"{folder}/file_{number}.{suffix}",
            name=upload.name,
            content=upload.content,
        )
        self._by_id[stored.id] = stored
        self._by_path[stored.path] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file with this id, if there is one."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file that downloads from this path, if there is one."""
        return self._by_path.get(path)
