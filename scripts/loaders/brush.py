"""Label Studio's run lengths of a brush, to and from the runs of a label of kind mask.

They are the bytes of an RGBA picture, row by row, packed bit by bit: 32 bits with the number of bytes, 5
with the bits of a value less one, four times 4 with the bits of a length less one, and then runs. A run
is a bit that says whether one value fills it or each has its own, 2 bits that choose the size of its
length, its length less one, and its value or values. A pixel belongs to the object where its alpha is not
0, as label-studio-sdk's export to COCO has it. https://github.com/thi-ng/umbrella (rle-pack) is the
origin of the format.
"""

from __future__ import annotations

import re

LENGTH_SIZES = (3, 4, 8, 16)
RUNS = re.compile(rb"\x00+|\xff+")


def encode(height: int, width: int, counts: list[int]) -> list[int]:
    """A mask as a brush, the same bytes as label-studio-sdk's `mask2rle` of 0 and 255.

    Args:
        height: Pixels down.
        width: Pixels across.
        counts: Runs of background and object in turn, column by column, background first.

    Returns:
        The bytes.
    """
    down = b"".join((b"\x00", b"\xff")[place % 2] * count for place, count in enumerate(counts))
    across = b"".join(down[row::height] for row in range(height))
    bits = [f"{4 * height * width:032b}{8 - 1:05b}", *(f"{size - 1:04b}" for size in LENGTH_SIZES)]
    for run in RUNS.finditer(across):
        value, left = run.group()[0], 4 * len(run.group())
        while left:
            length = min(left, 2 ** LENGTH_SIZES[-1])
            place = next(place for place, size in enumerate(LENGTH_SIZES) if length <= 2**size)
            bits.append(f"1{place:02b}{length - 1:0{LENGTH_SIZES[place]}b}{value:08b}")
            left -= length
    packed = "".join(bits)
    packed += "0" * (8 - len(packed) % 8)
    return list(int(packed, 2).to_bytes(len(packed) // 8, "big"))


def decode(height: int, width: int, brushes: list[list[int]]) -> list[int]:
    """The runs of a mask out of the brush strokes that make it up.

    Args:
        height: Pixels down.
        width: Pixels across.
        brushes: The bytes of each stroke; where one covers a pixel, the mask does.

    Returns:
        Runs of background and object in turn, column by column, background first.

    Raises:
        ValueError: A stroke is no brush, or not of this size.
    """
    covered = 0
    for packed in brushes:
        alpha = _values(packed, 4 * height * width)[3::4]
        covered |= int.from_bytes(alpha.translate(b"\x00" + b"\xff" * 255), "big")
    across = covered.to_bytes(height * width, "big")
    down = b"".join(across[column::width] for column in range(width))
    counts = [len(run) for run in RUNS.findall(down)]
    return counts if down.startswith(b"\x00") else [0, *counts]


def _values(packed: list[int], expected: int) -> bytes:
    bits = "".join(f"{byte:08b}" for byte in bytes(packed))
    place = 0

    def read(size: int) -> int:
        nonlocal place
        place += size
        if place > len(bits):
            raise ValueError("it ends too early")
        return int(bits[place - size : place], 2)

    n_values, word = read(32), read(5) + 1
    if word != 8 or n_values != expected:
        raise ValueError("it does not cover its image")
    sizes = [read(4) + 1 for _ in range(4)]
    values = bytearray()
    while len(values) < n_values:
        is_one = read(1)
        length = read(sizes[read(2)]) + 1
        if len(values) + length > n_values:
            raise ValueError("it runs past the end of its image")
        values += bytes([read(8)]) * length if is_one else bytes(read(8) for _ in range(length))
    return bytes(values)
