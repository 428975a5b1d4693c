"""How much a file may unfold to, whatever it is packed in."""

MAX_PIXELS = 50_000_000
MAX_UNPACKED = 200 * 1024 * 1024
