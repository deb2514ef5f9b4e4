"""A confusion matrix as a PNG, with nothing but the standard library and numpy."""

import struct
import zlib

import numpy as np

CELL = 36
# Three by five pixels a digit, a row a number of three bits.
GLYPHS = ("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71222", "75757", "75717")


def draw(image, text, x, y, colour, scale=2):
    for character in text:
        for row, bits in enumerate(GLYPHS[int(character)]):
            for column in range(3):
                if int(bits) >> (2 - column) & 1:
                    top, left = y + row * scale, x + column * scale
                    image[top : top + scale, left : left + scale] = colour
        x += 4 * scale


def confusion(matrix):
    """Rows: what was written. Columns: what was read. The diagonal is right (blue), the rest is wrong (red)."""
    size = CELL * 11
    image = np.full((size, size, 3), 255, np.uint8)
    for i in range(10):
        middle = CELL * (i + 1) + CELL // 2
        draw(image, str(i), middle - 4, CELL // 2 - 6, (90, 90, 90), 3)
        draw(image, str(i), CELL // 2 - 4, middle - 6, (90, 90, 90), 3)
        for j in range(10):
            count = int(matrix[i, j])
            share = count / max(1, int(matrix[i].sum()))
            full = np.array((37, 99, 175) if i == j else (200, 50, 40))
            strength = share if i == j else min(1.0, 0.25 + 3 * share) if count else 0.0
            colour = (247 + (full - 247) * strength).astype(np.uint8)
            top, left = CELL * (i + 1), CELL * (j + 1)
            image[top : top + CELL - 1, left : left + CELL - 1] = colour
            if count:
                text = str(count)
                ink = (255, 255, 255) if strength > 0.5 else (60, 60, 60)
                draw(image, text, left + (CELL - 8 * len(text)) // 2, top + CELL // 2 - 5, ink)
    return png(image)


def png(image):
    """Bytes of a PNG (RGB, 8 bits) of an array of height, width and 3."""
    height, width, _ = image.shape
    rows = b"".join(b"\0" + image[y].tobytes() for y in range(height))

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")
