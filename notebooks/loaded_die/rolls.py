"""The reader's own rolls: from text that was typed, pasted or stored in a file to counts. NumPy alone.

Rolls are digits with or without separators (`3 1 6`, `3,1,6`, `316`, `３、１、６`), names of faces
(`heads tails`), a table of counts (`1: 4, 2: 7`), or CSV with a column called face. With more than
nine faces `12` is one roll, so numbers need separators. Nothing in a text is ever evaluated. What
cannot be read raises a ValueError with the place and the reason.
"""

import codecs
import re
from collections import Counter
from functools import lru_cache
from itertools import zip_longest

import numpy as np

from . import words
from .likelihood import as_numbers

MOST_BYTES = 50_000_000
MOST_ROLLS = 1_000_000_000
MOST_FACES = 20
MOST_LETTERS = 8  # of a name
COUNT = f"a whole number from 0 to {MOST_ROLLS:,}"
FACE_COLUMNS = ("face", "faces", "出目", "目", "result", "results", "roll", "rolls")  # the first there is
COUNT_COLUMNS = ("count", "counts", "度数", "回数", "n")
CHUNK = 1 << 18  # characters: a long text is read piece by piece, so that little memory is needed

# What separates rolls: white space and these. A full-width sign is read as its ASCII twin.
SEPARATORS = ",;|/\\()[]{}<>\"'`、。・「」『』“”‘’·•…→\u200b\ufeff"
PLAIN = np.arange(0x110000, dtype=np.uint32)
PLAIN[[*map(ord, SEPARATORS), *(i for i in range(0x3001) if chr(i).isspace())]] = ord(" ")
PLAIN[0xFF01:0xFF5F] = PLAIN[0x21:0x7F]
WHOLE = re.compile(r"0*([0-9]+)(?:\.0*)?")  # 3, 03 and 3.0 are one number
OF_ROLLS = f"[^{re.escape(''.join(map(chr, np.flatnonzero(PLAIN == ord(' ')))))}－-]"
BETWEEN = re.compile(f"[－-](?<={OF_ROLLS}.)(?={OF_ROLLS})")  # a hyphen that separates; else it is a sign
RESERVED = re.compile(r"[\s:=-]")  # none of them in a name


def names_of(text):
    """The names of a die's faces, out of what a reader writes: `6`, `20`, `heads, tails`, `A B C`.

    A number alone says how many faces there are; they are called ⚀ to ⚅ or, if there are more, 1 to K.
    """
    found = translate(text, PLAIN).split()
    number = WHOLE.fullmatch(found[0]) if len(found) == 1 else None
    if not number:
        return check_names(found)
    faces = int(number[1][:9])
    if not 2 <= faces <= MOST_FACES:
        raise ValueError(f"the number of faces is {shown(found[0])}: a die has 2 to {MOST_FACES}")
    return words.FACES[:faces] if faces <= len(words.FACES) else tuple(map(str, range(1, faces + 1)))


def written(names):
    """What `names_of` reads as these names: the number alone where it is enough."""
    number = str(len(names))
    return number if names_of(number) == names else ", ".join(names)


def check_names(names):
    """The names as a tuple: 2 to 20, each a short word, all different in more than their case."""
    names = tuple(names)
    if not 2 <= len(names) <= MOST_FACES:
        raise ValueError(f"the number of names is {len(names)}: a die has 2 to {MOST_FACES} faces")
    known = {}
    for k, name in enumerate(names, start=1):
        text = translate(name, PLAIN).casefold() if isinstance(name, str) else ""
        if not text or not text.isprintable() or RESERVED.search(text):
            rule = "a name is one word, without a space, comma, colon or hyphen"
        elif len(name) > MOST_LETTERS:
            rule = f"a name has at most {MOST_LETTERS} letters"
        elif text in known:
            rule = f"face {known[text]} has this name already"
        else:
            known[text] = k
            continue
        raise ValueError(f"the name of face {k} is {shown(name)}: {rule}")
    return names


def read(text, names=words.FACES):
    """The counts, K whole numbers, of the rolls in `text`; `names` are those of the die's K faces.

    A face is written by its name or, unless some names are numbers, by its number from 1 to K.
    """
    if len(text) > MOST_BYTES:
        raise ValueError(f"the text has {len(text):,} characters: at most {MOST_BYTES:,} are read")
    reader = Reader(check_names(names))
    text = reader.one_column(text.replace("\r\n", "\n").replace("\r", "\n"))
    t = reader.table(text) if re.search("[:=：＝]", text) else reader.rolls(BETWEEN.sub(" ", text))
    return check_counts(t, names)


def check_counts(t, names):
    """The counts as an array of K whole numbers, one a name: none negative, their sum 1 to 10^9."""
    t = as_numbers(t, "t")
    if t.shape != (len(names),):
        raise ValueError(f"t has shape {t.shape}: this die needs {len(names)} counts in a row")
    for n in t[(t < 0) | (t > MOST_ROLLS) | (t != np.floor(t))]:
        raise ValueError(f"t contains {n:g}: a count is {COUNT}")
    rolls = int(t.sum())
    if rolls == 0:
        raise ValueError("there are no rolls: at least one is needed")
    if rolls > MOST_ROLLS:
        raise ValueError(f"there are {rolls:,} rolls: at most {MOST_ROLLS:,} are read")
    return t.astype(int)


def read_bytes(data, names=words.FACES):
    """The counts of the rolls in the bytes of a text file: UTF-8, or UTF-16 with its mark."""
    check_size(len(data))
    data = bytes(data)
    encoding = "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = data.decode(encoding)
        wrong = text.find("\0")
    except UnicodeDecodeError as error:
        wrong = error.start
    if wrong >= 0:
        raise ValueError(f"the file is no text (see place {wrong + 1}): save it as text or CSV, in UTF-8")
    return read(text, names)


def check_size(size):
    """Refuse a file of more bytes than are read."""
    if size > MOST_BYTES:
        raise ValueError(f"the file has more than {MOST_BYTES // 10**6} MB: no more than that is read")


def read_file(path, names=words.FACES):
    """The counts of the rolls in the text file at `path`; an OSError if it cannot be opened."""
    with open(path, "rb") as file:
        return read_bytes(file.read(MOST_BYTES + 1), names)


def codes(text):
    """The text as an array of code points."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def translate(text, twins):
    """The text with each character replaced by its twin; its length stays."""
    return twins[codes(text)].tobytes().decode("utf-32-le", "surrogatepass")


def shown(value):
    """What the reader wrote, for a message: short, and printable."""
    text = value if isinstance(value, str) and value and value.isprintable() else repr(value)
    return text if len(text) <= 20 else text[:19] + "…"


@lru_cache(maxsize=8)
class Reader:
    """How the faces of one die are written, and what reads them."""

    def __init__(self, names):
        lower = np.arange(len(PLAIN), dtype=PLAIN.dtype)
        for letter in translate("".join(names), PLAIN):
            twins = [ord(twin) for twin in (letter.lower(), letter, letter.upper()) if len(twin) == 1]
            lower[twins] = twins[0]
        self.names, self.twins = names, lower[PLAIN]
        self.faces = {translate(name, self.twins): k for k, name in enumerate(names)}  # word: 0 to K - 1
        # Letters that need no separators: `316`, `HTTH`.
        self.letters = dict(self.faces) if all(len(face) == 1 for face in self.faces) else {}
        if not any(map(WHOLE.fullmatch, self.faces)):
            numbers = {str(k + 1): k for k in range(len(names))}
            self.faces |= numbers
            self.letters |= numbers if len(names) < 10 else {}
        # For each character its face; or K, if it separates; or K + 1.
        self.face_of = np.full(len(PLAIN), len(names) + 1, dtype=np.uint8)
        self.face_of[self.twins == ord(" ")] = len(names)
        for letter, k in self.letters.items():
            self.face_of[self.twins == ord(letter)] = k

    def rolls(self, text):
        """The counts of a text of rolls, in any layout."""
        K, start = len(self.names), 0
        t = np.zeros(K, dtype=np.int64)
        while start < len(text):
            piece = self.face_of[codes(text[start : start + CHUNK])]
            if start + CHUNK < len(text) and K in piece:
                piece = piece[: np.flatnonzero(piece == K)[-1] + 1]  # no word is cut in two
            counts = np.bincount(piece, minlength=K + 2)
            end = start + len(piece)
            # Letters and separators alone: the letters are the rolls.
            t += counts[:K] if counts[-1] == 0 else self.words(text, start, end, t.sum())
            start = end
        return t

    def words(self, text, start, end, before):
        """The counts of a piece of text, word by word; `before` rolls have been read already."""
        piece = translate(text[start:end], self.twins)
        t = [0] * len(self.names)
        for word, count in Counter(piece.split()).items():
            for _, _, k in self.split(word):
                if k is None:
                    raise ValueError(self.first_fault(text, start, piece, before))
                t[k] += count
        return np.array(t)

    def split(self, word):
        """The rolls in a word, each as its first letter, its end, and the face or None."""
        if word in self.faces:
            return [(0, len(word), self.faces[word])]
        if "." not in word and word[0] in self.letters:
            return [(i, i + 1, self.letters.get(letter)) for i, letter in enumerate(word)]
        number = WHOLE.fullmatch(word)
        return [(0, len(word), self.faces.get(number[1]) if number else None)]

    def first_fault(self, text, start, piece, before):
        """Which roll cannot be read, and why."""
        rolls = ((word.start(), *roll) for word in re.finditer(r"\S+", piece) for roll in self.split(word[0]))
        for n, (place, first, end, k) in enumerate(rolls, start=before + 1):
            if k is None:
                place += start
                written = shown(text[place + first : place + end])
                return f"roll {n:,}{line(text, place)} is {written}: {self.rule}"

    @property
    def rule(self):
        faces = ", ".join(self.names)
        K = len(self.names)
        if self.names in (words.FACES[:K], tuple(map(str, range(1, K + 1)))):
            faces = f"1 to {K}"
        elif K > 6:
            faces = ", ".join(self.names[:5]) + f", … {self.names[-1]}"
        return f"this die has the faces {faces}"

    def table(self, text):
        """The counts of a table `1: 4, 2: 7`; a face that is not named has the count 0."""
        t = {}
        found = re.finditer(r"[:=]|[^\s:=]+", translate(text, self.twins))
        for n, entry in enumerate(zip_longest(found, found, found), start=1):
            face, colon, count = (part[0] if part else ":" for part in entry)
            start, *_, end = (place for part in entry if part for place in part.span())
            place = f'entry {n}{line(text, start)} of the table is "{shown(text[start:end])}"'
            if face in ":=" or colon not in ":=" or count in ":=":
                raise ValueError(f"{place}: write a face, a colon and a count")
            (_, _, k), *more = self.split(face)
            if k is None or more:
                raise ValueError(f"{place}: {self.rule}")
            if k in t:
                raise ValueError(f"{place}: this face has a count already")
            number = WHOLE.fullmatch(count)
            if not number or int(number[1][:11]) > MOST_ROLLS:
                raise ValueError(f"{place}: a count is {COUNT}")
            t[k] = int(number[1])
        return np.array([t.get(k, 0) for k in range(len(self.names))])

    def one_column(self, text):
        """Of CSV with a header, the column of faces, or a table `face: count`; other text as it is.

        All else becomes blank, and every roll keeps its line.
        """
        start = len(text) - len(text.lstrip())
        header, newline, _ = text[start : start + 1000].partition("\n")
        mark = max(",;\t", key=header.count)
        titles = [translate(cell, self.twins).strip().casefold() for cell in header.split(mark)]
        face, count = (
            next((titles.index(title) for title in known if title in titles), None)
            for known in (FACE_COLUMNS, COUNT_COLUMNS)
        )
        if face is None or titles[0] in self.faces:
            return text
        if count is not None and count < face:
            raise ValueError(f"the column {titles[count]} must stand after the column {titles[face]}")
        start += len(header + newline)
        lines = "\n" * text.count("\n", 0, start)  # in place of the header and all before it
        if len(titles) == 1:
            return lines + text[start:]
        text = text.rstrip() + "\n"
        return lines + "".join(blank_columns(text, start, mark, len(titles), face, count))


def blank_columns(text, start, mark, width, face, count):
    """The rows of `width` cells from `start` on, with all cells blank but those of face and count."""
    while start < len(text):
        end = text.rfind("\n", start, start + CHUNK) + 1 or len(text)
        piece = codes(text[start:end]).copy()
        ends = np.flatnonzero((piece == ord(mark)) | (piece == ord("\n")))
        columns = np.arange(len(ends)) % width
        wrong = (piece[ends] == ord("\n")) != (columns == width - 1)
        if wrong.any():
            place = line(text, start + int(ends[np.argmax(wrong)]))
            raise ValueError(f"a row{place} has not as many columns as the first line, {width}")
        if count is not None:
            piece[ends[columns == face]] = ord(":")
        blank = ~np.isin(columns, [face, count if count is not None else face])
        piece[np.repeat(blank, np.diff(ends, prepend=-1)) & (piece != ord("\n"))] = ord(" ")
        yield piece.tobytes().decode("utf-32-le", "surrogatepass")
        start = end


def line(text, place):
    """The line of this place, if the text has several."""
    return f" (line {text.count(chr(10), 0, place) + 1:,})" if "\n" in text else ""
