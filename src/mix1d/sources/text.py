"""Text files as lines: compression, encoding and line ends are found from all of their bytes."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, TextIO, cast

from mix1d.errors import InputError
from mix1d.sources.quoting import literal

_BLOCK = 1 << 22
_HEAD = 1 << 18  # bytes in which the layout is looked for, more where lines are long
_MOST_HEAD = 1 << 26
_TAIL = 1 << 16
_FIRST = 4096  # bytes that show an encoding
_FEWEST_LINES = 30
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class TextFile:
    """What is known of a text file once all of its bytes were looked at."""

    # Where it is, and how messages call it
    path: str
    label: str
    packed: str  # "gzip", "zstd" or ""
    encoding: str  # how Python calls it; "utf-8" and "utf-8-sig" can be read as they are
    n_lines: int  # lines, the last of which may lack its end
    uniform: bool  # whether all lines end alike, with a line feed
    # Whether there is any quotation mark, and any line that begins with "#"
    quotes: bool
    comments: bool

    def lines(self) -> Iterator[str]:
        """Read the lines, without their ends."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        rest = ""
        for block in _blocks(self.path, self.packed):
            rest += decoder.decode(block)
            half = rest.endswith("\r")  # its line feed may come with the next block
            *whole, rest = _LINE_END.split(rest)
            if half:
                rest = whole.pop() + "\r"
            yield from whole
        rest = (rest + decoder.decode(b"", True)).removesuffix("\r")
        if rest:
            yield rest

    def copy(self, file: TextIO) -> None:
        """Write the text as UTF-8 whose lines end with a line feed, to a file opened with newline=""."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        waiting = ""
        for block in _blocks(self.path, self.packed):
            text = waiting + decoder.decode(block)
            waiting = "\r" if text.endswith("\r") else ""  # its line feed may come with the next block
            file.write(text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n"))
        file.write((waiting + decoder.decode(b"", True)).replace("\r", "\n"))

    @cached_property
    def head(self) -> list[str]:
        """The first lines, all of them where the file is small."""
        found: list[str] = []
        size = 0
        for line in self.lines():
            found.append(line)
            size += len(line)
            if size > _MOST_HEAD or (size > _HEAD and len(found) >= _FEWEST_LINES):
                break
        return found

    @cached_property
    def tail(self) -> list[str]:
        """The last lines."""
        if len(self.head) == self.n_lines:
            return self.head
        if self.packed or self.encoding.startswith(("utf-16", "utf-32")):
            last: list[str] = []
            for line in self.lines():
                last.append(line)
                if len(last) > 200:
                    del last[:100]
            return last
        with open(self.path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - _TAIL, 0))
            text = file.read().decode(self.encoding, "replace")
        lines = _LINE_END.split(text)
        if not lines[-1]:
            lines.pop()
        return lines[1:]


def looked_at(path: str, label: str) -> TextFile:
    r"""Look at all bytes of a text file.

    Raises
    ------
    InputError
        When it is not text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp(), "x.csv")
    >>> _ = path.write_bytes("Größe\n1,5\n".encode("latin-1"))
    >>> found = looked_at(str(path), "x.csv")
    >>> found.encoding, found.n_lines, found.head
    ('cp1252', 2, ['Größe', '1,5'])
    """
    with open(path, "rb") as file:
        start = file.read(4)
    packed = "gzip" if start.startswith(_GZIP) else "zstd" if start.startswith(_ZSTD) else ""
    head = b""
    for block in _blocks(path, packed):
        head += block
        if len(head) >= _FIRST:
            break
    wide = _wide_encoding(head[:_FIRST])
    if wide is not None:
        return _counted(TextFile(path, label, packed, wide, 0, False, True, True))
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid, bom = True, False
    feeds = returns = pairs = quotes = comments = 0
    first, last = True, b""
    for block in _blocks(path, packed):
        if first:
            bom = head.startswith(codecs.BOM_UTF8)
            comments += head.removeprefix(codecs.BOM_UTF8).startswith(b"#")
            first = False
        if (nul := block.find(0)) >= 0:
            line = feeds + block.count(b"\n", 0, nul) + 1
            raise InputError(f"{label}: cannot be read as CSV: line {line} has a byte 0, which is no text")
        if valid and not block.isascii():
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                valid = False
        feeds += block.count(b"\n")
        if b"\r" in block or last == b"\r":
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            comments += b"\r#" in block or (last == b"\r" and block.startswith(b"#"))
        quotes += b'"' in block
        if b"#" in block:
            comments += b"\n#" in block or (last == b"\n" and block.startswith(b"#"))
        last = block[-1:]
    if valid:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            valid = False
    encoding = ("utf-8-sig" if bom else "utf-8") if valid else "cp1252"
    if not valid:
        encoding = _single_byte(path, packed)
    ends = feeds + returns - pairs
    n_lines = ends + (last not in (b"", b"\n", b"\r"))
    uniform = pairs in (0, feeds) and returns == pairs
    return TextFile(path, label, packed, encoding, n_lines, uniform, quotes > 0, comments > 0)


def _counted(file: TextFile) -> TextFile:
    """Count the lines of an encoding in which bytes are not characters."""
    n = 0
    for line in file.lines():
        n += 1
        if "\x00" in line or "\ufffd" in line:
            raise InputError(f"{file.label}: cannot be read as CSV: line {n} is no text in {file.encoding}")
    return TextFile(file.path, file.label, file.packed, file.encoding, n, False, True, True)


def _wide_encoding(head: bytes) -> str | None:
    """Return the encoding of two or four bytes a character, None for one."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return None if mark == codecs.BOM_UTF8 else encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd > 0.4 * pairs and not even:
        return "utf-16-le"
    if even > 0.4 * pairs and not odd:
        return "utf-16-be"
    return None


def _single_byte(path: str, packed: str) -> str:
    """Return the encoding of text that is not UTF-8: that of Windows, or Latin-1 where that has holes."""
    holes = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
    return "latin-1" if any(holes.search(block) for block in _blocks(path, packed)) else "cp1252"


def _blocks(path: str, packed: str) -> Iterator[bytes]:
    if packed == "zstd":
        yield from _unpacked_zstd(path)
        return
    opening: Any = gzip.open if packed else open
    with opening(path, "rb") as plain:
        file = cast(BinaryIO, plain)
        try:
            while block := file.read(_BLOCK):
                yield block
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise InputError(f"{path}: cannot be unpacked: {error}") from None


def _unpacked_zstd(path: str) -> Iterator[bytes]:
    """Read a file packed with zstd line by line with DuckDB; Python has had it since 3.14 only."""
    import duckdb

    with duckdb.connect(config={"autoload_known_extensions": "false"}) as connection:
        options = (
            "auto_detect=false, header=false, compression='zstd', delim='\x1f', quote='', escape='', "
            "columns={'line': 'VARCHAR'}"
        )
        rows = connection.execute(f"FROM read_csv({literal(path)}, {options})")
        while some := rows.fetchmany(50_000):
            yield "".join(f"{line or ''}\n" for (line,) in some).encode()
