"""Files that people and the bot sent: kept in memory, found by file id."""

import struct
from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.sandbox.errors import Json, bad_request

_PNG, _JPEG, _GIF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8", (b"GIF87a", b"GIF89a")
_JPEG_SIZE_MARKERS = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_MARKER, _START_OF_SCAN = 0xFF, 0xDA
MAX_KEPT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in with a request."""

    name: str
    data: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file; `path` is what getFile gives and /file/bot…/ serves."""

    file_id: str
    path: str
    name: str
    data: bytes
    mime_type: str

    def wire(self) -> Json:
        """The fields that every kind of file has in the Bot API."""
        return {"file_id": self.file_id, "file_unique_id": self.file_id[-12:], "file_size": len(self.data)}


class FileStore:
    """All files of one sandbox; the oldest go when more than 256 MiB are kept."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._count = 0
        self._bytes = 0

    def keep(self, folder: str, upload: Upload) -> StoredFile:
        """Store an upload under `folder` (photos, documents, …)."""
        self._count += 1
        suffix = PurePosixPath(upload.name).suffix
        file = StoredFile(
            file_id=f"sandbox-{folder}-{self._count:012d}",
            path=f"{folder}/file_{self._count}{suffix}",
            name=upload.name,
            data=upload.data,
            mime_type=upload.mime_type,
        )
        self._files[file.file_id] = file
        self._bytes += len(file.data)
        while self._bytes > MAX_KEPT_BYTES and len(self._files) > 1:
            self._bytes -= len(self._files.pop(next(iter(self._files))).data)
        return file

    def get(self, file_id: str) -> StoredFile:
        """The file with this id. Raises ApiError 400 when there is none."""
        file = self._files.get(file_id)
        if file is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return file

    def at(self, path: str) -> StoredFile | None:
        """The file that getFile gave this path."""
        return next((file for file in self._files.values() if file.path == path), None)


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG, JPEG or GIF. Raises ApiError 400 for anything else."""
    try:
        if data.startswith(_PNG):
            width, height = struct.unpack(">II", data[16:24])
        elif data.startswith(_GIF):
            width, height = struct.unpack("<HH", data[6:10])
        elif data.startswith(_JPEG):
            height, width = struct.unpack(">HH", _jpeg_frame(data))
        else:
            raise bad_request("IMAGE_PROCESS_FAILED")
    except struct.error:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    return int(width), int(height)


def picture_type(data: bytes) -> str:
    """The media type of a picture that `picture_size` accepts."""
    if data.startswith(_PNG):
        return "image/png"
    return "image/gif" if data.startswith(_GIF) else "image/jpeg"


def _jpeg_frame(data: bytes) -> bytes:
    """The four bytes of height and width in the first start-of-frame segment (ITU-T T.81, B.2.2)."""
    position = 2
    while position + 4 <= len(data):
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        if data[position] != _MARKER or marker == _START_OF_SCAN:
            break
        if marker in _JPEG_SIZE_MARKERS:
            return data[position + 5 : position + 9]
        position += 2 + length
    return b""
