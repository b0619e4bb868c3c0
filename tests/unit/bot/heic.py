"""A HEIC photo of 16 by 16 pixels, left half red and right half blue, written by hand: one block of plain samples (I_PCM)."""

from __future__ import annotations

import struct

# general_profile_space … general_level_idc: Main Still Picture, level 1
PROFILE = "00" + "0" + "00011" + f"{0x70000000:032b}" + "1011" + "0" * 44 + f"{30:08b}"
ONE_PICTURE = "1" + "1" + "1" + "1"  # ordering info is there: buffer, reordering and latency 0
RED, BLUE = (76, 85, 255), (29, 255, 107)  # Y, Cb, Cr


def ue(number: int) -> str:
    """Exp-Golomb."""
    code = f"{number + 1:b}"
    return "0" * (len(code) - 1) + code


def nal(kind: int, bits: str, samples: bytes = b"", after: str = "") -> bytes:
    """A unit of the stream: header, bits, samples, bits; `00 00 0x` is written `00 00 03 0x`."""
    body = struct.pack("!H", kind << 9 | 1) + packed(bits) + samples + packed(after)
    written = bytearray()
    for byte in body:
        if written[-2:] == b"\0\0" and byte < 4:
            written.append(3)
        written.append(byte)
    return bytes(written)


def packed(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def ended(low: int) -> str:
    """What the arithmetic coder writes when it ends with this `low` (ITU-T H.265, 9.3.4.9)."""
    bits, outstanding, first, width = "", 0, True, 2

    def put(bit: int) -> None:
        nonlocal bits, outstanding, first
        bits += "" if first else str(bit)
        first = False
        bits += str(1 - bit) * outstanding
        outstanding = 0

    while width < 256:
        if low < 256:
            put(0)
        elif low >= 512:
            low -= 512
            put(1)
        else:
            low -= 256
            outstanding += 1
        width, low = width << 1, low << 1
    put(low >> 9 & 1)
    return bits + f"{low >> 7 & 3 | 1:02b}"


def video_sets() -> tuple[bytes, bytes, bytes]:
    video = (
        "0000" + "11" + "000000" + "000" + "1" + "1" * 16 + PROFILE + ONE_PICTURE + "000000" + ue(0) + "0" + "0" + "1"
    )
    blocks = ue(1) + ue(0) + ue(0) + ue(2) + ue(0) + ue(0)  # blocks of 16, transforms of 4 to 16
    samples = "1" + "0111" + "0111" + ue(1) + ue(0) + "1"  # plain samples of 8 bits in blocks of 16
    sequence = (
        "0000" + "000" + "1" + PROFILE + ue(0) + ue(1) + ue(16) + ue(16) + "0" + ue(0) + ue(0) + ue(0) + ONE_PICTURE
        + blocks + "0" + "0" + "0" + samples + ue(0) + "0" + "0" + "0" + "0" + "0" + "1"
    )  # fmt: skip
    picture = (
        ue(0) + ue(0) + "0" + "0" + "000" + "0" + "0" + ue(0) + ue(0) + ue(0) + "000" + ue(0) + ue(0) + "0000" + "00"
        + "0" + "1" + "0" + "1" + "0" + "0" + ue(0) + "0" + "0" + "1"
    )  # fmt: skip
    return nal(32, video), nal(33, sequence), nal(34, picture)


def block() -> bytes:
    """The only slice: header, "one part, plain samples", the samples, "the end"."""
    header = "1" + "0" + ue(0) + ue(2) + ue(0) + "1"
    header += "0" * (-len(header) % 8)
    luma = (bytes([RED[0]]) * 8 + bytes([BLUE[0]]) * 8) * 16
    chroma = b"".join((bytes([RED[at]]) * 4 + bytes([BLUE[at]]) * 4) * 8 for at in (1, 2))
    return nal(20, header + ended(268), luma + chroma, ended(508))


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack("!I", len(content) + 8) + name + content


def full(name: bytes, *parts: bytes, version: int = 0) -> bytes:
    return box(name, bytes([version, 0, 0, 0]), *parts)


def settings_of(sets: tuple[bytes, ...]) -> bytes:
    """hvcC: the profile again, and the parameter sets."""
    head = b"\1" + packed(PROFILE) + struct.pack("!HBBBBHBB", 0xF000, 0xFC, 0xFD, 0xF8, 0xF8, 0, 0x0F, len(sets))
    arrays = [bytes([0x80 | each[0] >> 1]) + struct.pack("!HH", 1, len(each)) + each for each in sets]
    return box(b"hvcC", head, *arrays)


def heic(turns: int = 0) -> bytes:
    """The photo, to be shown turned to the left by so many quarters."""
    brands = box(b"ftyp", b"heic", bytes(4), b"mif1heic")
    picture = block()
    data = struct.pack("!I", len(picture)) + picture
    properties = box(
        b"ipco", settings_of(video_sets()), full(b"ispe", struct.pack("!II", 16, 16)), box(b"irot", bytes([turns]))
    )
    assigned = full(b"ipma", struct.pack("!IHBBBB", 1, 1, 3, 0x81, 0x02, 0x83))
    entry = full(b"infe", struct.pack("!HH", 1, 0), b"hvc1\0", version=2)

    def meta(offset: int) -> bytes:
        place = full(b"iloc", struct.pack("!HHHHHII", 0x4400, 1, 1, 0, 1, offset, len(data)))
        return full(
            b"meta",
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"pitm", struct.pack("!H", 1)),
            place,
            full(b"iinf", struct.pack("!H", 1), entry),
            box(b"iprp", properties, assigned),
        )

    return brands + meta(len(brands) + len(meta(0)) + 8) + box(b"mdat", data)
