"""Small images in every format and in odd modes, the same in every run."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageCms


def _scene(width: int, height: int, seed: int) -> np.ndarray:
    """Two slow waves, a disc and a little noise: as smooth as a photograph, and no two alike."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    scene = np.empty((height, width, 3))
    for channel in range(3):
        a, b, c = generator.uniform(0.5, 3, 3)
        scene[..., channel] = 128 + 90 * np.sin(a * x / width * 3 + b * y / height * 3 + 2 * c)
    centre, radius = generator.uniform(0.3, 0.7, 2), generator.uniform(0.15, 0.4)
    disc = (x / width - centre[0]) ** 2 + (y / height - centre[1]) ** 2 < radius**2
    scene[disc] = generator.uniform(0, 255, 3)
    return np.clip(scene + generator.normal(0, 3, scene.shape), 0, 255).astype(np.uint8)


def _saved(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Modes that Pillow reads and does not write."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    stride = len(rows) // height
    filtered = b"".join(b"\0" + rows[i * stride : (i + 1) * stride] for i in range(height))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunk(*each) for each in chunks)
            + chunk(b"IDAT", zlib.compress(filtered, 9)) + chunk(b"IEND", b""))


def _small_first_frame(scene: Image.Image) -> bytes:
    """An animation on a screen larger than its first frame, which has a transparent colour."""
    gif = bytearray(_saved(scene.quantize(16), "GIF"))
    width, height = struct.unpack("<HH", gif[6:10])
    gif[6:10] = struct.pack("<HH", width + 9, height + 4)
    place = gif.index(b",", 13 + 3 * 2 ** ((gif[10] & 7) + 1))
    gif[place + 1 : place + 5] = struct.pack("<HH", 6, 1)
    control = b"!\xf9\x04" + bytes([1]) + struct.pack("<H", 5) + bytes([3, 0])
    frame = bytes(gif[place:-1])
    return bytes(gif[:place]) + control + frame + control + frame + b";"


def _small_frame_webp(scene: Image.Image) -> bytes:
    """An animation on a screen larger than its first frame."""
    frame = _saved(scene, "WEBP", lossless=True)
    image = frame[12:]  # the chunk with the pixels
    triple = lambda value: struct.pack("<I", value)[:3]
    chunk = lambda kind, data: kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
    width, height = scene.size
    place = triple(4 // 2) + triple(2 // 2) + triple(width - 1) + triple(height - 1) + triple(100) + b"\0"
    chunks = (chunk(b"VP8X", bytes([2, 0, 0, 0]) + triple(width + 8) + triple(height + 6))
              + chunk(b"ANIM", struct.pack("<IH", 0xFF8040FF, 0)) + 2 * chunk(b"ANMF", place + image))
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def _profile() -> bytes:
    """sRGB with red and green exchanged: whoever applies it gets other colours."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # the time at which it was made
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


def images() -> dict[str, bytes]:
    def rgb(width: int, height: int, seed: int) -> Image.Image:
        return Image.fromarray(_scene(width, height, seed))

    alpha = Image.fromarray(np.tile(np.linspace(0, 255, 50).astype(np.uint8), (40, 1)))
    see_through = rgb(50, 40, 7)
    see_through.putalpha(alpha)
    grey = rgb(44, 52, 9).convert("L")
    grey_alpha = grey.convert("LA")
    grey_alpha.putalpha(alpha.resize(grey.size))
    orientation = Image.Exif()
    orientation[0x0112] = 6
    cmyk = _saved(rgb(40, 33, 4).convert("CMYK"), "JPEG", quality=90)
    ycck = bytearray(cmyk)
    adobe = ycck.index(b"Adobe")
    ycck[adobe + 11] = 2
    palette = rgb(48, 41, 10).quantize(32)
    deep = (_scene(36, 30, 11).astype(np.uint16) * 257 - 90).astype(">u2")
    few = (_scene(32, 30, 12)[..., 0] >> 6).astype(np.uint8)
    packed = (few[:, 0::4] << 6) | (few[:, 1::4] << 4) | (few[:, 2::4] << 2) | few[:, 3::4]
    return {
        "photo.jpg": _saved(rgb(67, 45, 1), "JPEG", quality=85),
        "progressive.jpg": _saved(rgb(45, 66, 2), "JPEG", quality=92, progressive=True, subsampling=0),
        "grey.jpg": _saved(rgb(40, 50, 3).convert("L"), "JPEG", quality=90),
        "cmyk.jpg": cmyk,
        "ycck.jpg": bytes(ycck),
        "adobe-rgb.jpg": _saved(rgb(40, 35, 5), "JPEG", quality=90, keep_rgb=True),
        "turned.jpg": _saved(rgb(60, 38, 6), "JPEG", quality=90, exif=orientation.tobytes()),
        "profile.jpg": _saved(rgb(40, 31, 24), "JPEG", quality=90, icc_profile=_profile()),
        "profile.png": _saved(rgb(21, 20, 25), "PNG", icc_profile=_profile()),
        "profile.webp": _saved(rgb(24, 20, 26), "WEBP", lossless=True, icc_profile=_profile()),
        "rgb.png": _saved(rgb(70, 39, 8), "PNG"),
        "rgba.png": _saved(see_through, "PNG"),
        "grey.png": _saved(grey, "PNG"),
        "grey-alpha.png": _saved(grey_alpha, "PNG"),
        "palette.png": _saved(palette, "PNG", transparency=bytes(range(0, 256, 8))),
        "bilevel.png": _saved(rgb(44, 36, 13).convert("1"), "PNG"),
        "grey-2-bits.png": _png(32, 30, 2, 0, packed.tobytes()),
        "grey-16-bits.png": _png(36, 30, 16, 0, (_scene(36, 30, 14)[..., 1].astype(">u2") + 40).astype(">u2").tobytes()),
        "rgb-16-bits.png": _png(36, 30, 16, 2, deep.tobytes(), (b"gAMA", struct.pack(">I", 100000))),
        "tall.png": _saved(rgb(9, 80, 15), "PNG"),
        "dot.png": _saved(rgb(3, 2, 16), "PNG"),
        "still.gif": _saved(rgb(50, 37, 17).quantize(64), "GIF"),
        "animation.gif": _small_first_frame(rgb(33, 40, 18)),
        "rgb.bmp": _saved(rgb(25, 31, 19), "BMP"),
        "palette.bmp": _saved(rgb(39, 31, 20).quantize(16), "BMP"),
        "lossy.webp": _saved(rgb(61, 47, 21), "WEBP", quality=90),
        "lossless.webp": _saved(see_through, "WEBP", lossless=True, exact=True),
        "lossy-alpha.webp": _saved(see_through, "WEBP", quality=90),
        "frame.webp": _small_frame_webp(rgb(18, 20, 27)),
        "animation.webp": _saved(rgb(40, 40, 22), "WEBP", save_all=True, append_images=[rgb(40, 40, 23)], quality=90),
    }
