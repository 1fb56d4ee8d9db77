"""Pictures as telephones and attackers make them."""

import io
import struct
import zlib

from PIL import Image

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def photo(width: int = 80, height: int = 40, *, orientation: int = 6) -> bytes:
    """A JPEG with place, maker and a comment in it; its left half is red, and the phone was held upright."""
    picture = Image.new("RGB", (width, height), "blue")
    picture.paste((255, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "SecretPhone"
    exif[GPS] = {1: "N", 2: (31.0, 18.0, 0.0), 3: "E", 4: (120.0, 36.0, 0.0)}
    return saved(picture, "JPEG", exif=exif, comment=b"SecretComment", quality=95)


def saved(picture: Image.Image, form: str, **more: object) -> bytes:
    written = io.BytesIO()
    picture.save(written, form, **more)
    return written.getvalue()


def read(data: bytes) -> Image.Image:
    opened: Image.Image = Image.open(io.BytesIO(data))
    opened.load()
    return opened


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that wants width x height pixels of memory."""
    row = b"\0" * (1 + width // 8 + 1)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(min(height, 5000))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
