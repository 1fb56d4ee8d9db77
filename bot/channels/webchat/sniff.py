"""What a file is by its content; what it is called says nothing."""

import re
from dataclasses import dataclass
from typing import Final

IMAGES: Final = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"GIF87a": "GIF", b"GIF89a": "GIF"}
MP3_FRAME: Final = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")
TRACK: Final = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)  # kind of each track in an MP4 file
HEIC: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif"})


@dataclass(frozen=True, slots=True)
class Found:
    kind: str  # image, voice or file, as messages have them
    mime: str
    image: str = ""  # Pillow's name of the format


class Unwelcome(Exception):
    """A file that is not taken; `text` tells her what to do instead."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def sniff(data: bytes) -> Found:
    head = data[:16]
    for magic, name in IMAGES.items():
        if head.startswith(magic):
            return Found("image", "image/jpeg", name)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Found("image", "image/jpeg", "WEBP")
    if b"%PDF-" in data[:1024] and b"%%EOF" in data[-2048:]:
        return Found("file", "application/pdf")
    mime = _sound(head) or (_mp4(data) if head[4:8] == b"ftyp" else None)
    if mime is not None:
        return Found("voice", mime)
    raise Unwelcome("这种文件发不了。可以发图片、录音或 PDF；别的内容可以截图再发。")


def _sound(head: bytes) -> str | None:
    if head.startswith(b"#!AMR"):
        return "audio/amr"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"ID3") or MP3_FRAME.match(head):
        return "audio/mpeg"
    return "audio/aac" if head[:2] in {b"\xff\xf1", b"\xff\xf9"} else None


def _mp4(data: bytes) -> str:
    if data[8:12] in HEIC:
        raise Unwelcome("这张图片的格式（HEIC）打不开。请把它截图，再发截图。")
    tracks = set(TRACK.findall(data))
    if b"vide" in tracks or not tracks:
        raise Unwelcome("视频暂时发不了。可以把要紧的画面截图发来，视频自己先留好。")
    return "audio/mp4"
