"""The reader's own rolls: from text, typed or in a file, to counts; and the field to put them in.

Rolls are `3 1 6`, `3,1,6`, `316` (up to nine faces), `heads tails`, `HTTH`, or counts `1: 4, 2: 7`.
What cannot be read, or could be meant in two ways, is a ValueError that names it and its place.
"""

import re
from collections import Counter
from functools import cache
from html import escape
from itertools import islice
from numbers import Integral
from textwrap import shorten
from unicodedata import normalize

from ipywidgets import HTML, FileUpload, HBox, Label, Text, Textarea

from . import words
from .likelihood import as_numbers, shown
from .sliders import FIT, Stored, button, in_one_order

MOST = 10**9  # rolls
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # １ is read as 1
GAP = r"\s\u200b\ufeff,;|\"'`、。・"  # what separates words
NAME = rf"[^{GAP}:=()\[\]{{}}]+"
WORD = re.compile(f"[^{GAP}]+")
ENTRY = re.compile(rf"({NAME})[{GAP}]*[:=][{GAP}]*({NAME})|[^{GAP}]+")  # of a table, or what is none
WHOLE = re.compile(r"0*([0-9]{1,10})(\.00?)?")  # 3, 03 and 3.0 are one number; 3.000 may be 3000
NUMBERED = re.compile(rf"\s*0*([1-9][0-9]*)[.)]?[{GAP}]+[^{GAP}:=]")  # a line of a numbered list
NUMBERS = 'the lines start with 1, 2, 3 …: leave these out if they number rolls, write "1: 3" if 3 is a count'
PAIRS = 'a line of two may be two rolls, or a face and its count: put all rolls on one line, or write "1: 3"'
TABLE = f"a table has each face once, a colon, and a count up to {MOST:,} without comma or point: 1: 1000"
STYLE = """<style>
.own-rolls { overflow: visible; }
.own-rolls textarea { font-family: var(--jp-code-font-family); max-width: 1280px; }
.own-rolls .said { line-height: 1.5; border-left: 3px solid gray; padding-left: 9px; overflow-wrap: anywhere }
</style>"""


def names_of(faces):
    """The names of a die's faces, a tuple: 2 to 20 short words, different in more than their case.

    `faces` are these names, a text with them (`heads, tails`), or their number (`6`, 6): then they are
    called ⚀ to ⚅ or, if there are more, 1 to K. Anything else is a ValueError.
    """
    names = WORD.findall(plain(faces)) if isinstance(faces, str) else faces
    number = whole(names[0]) if isinstance(faces, str) and len(names) == 1 else faces
    if isinstance(number, Integral):
        names = words.FACES[: max(number, 0)] if number <= 6 else map(str, range(1, number + 1))
    try:
        names = tuple(islice(names, 21))
    except TypeError:
        names = ()
    if not 2 <= len(names) <= 20:
        raise ValueError(f"the faces are {shown(faces)}: a die has 2 to 20 of them, by number or by name")
    folded = [fold(name) if isinstance(name, str) and len(name) <= 8 else "" for name in names]
    for k, word in enumerate(folded):
        if word in folded[:k] or not re.fullmatch(NAME, word) or word.endswith(".") or not word.isprintable():
            rule = "a name is a new word of up to 8 letters, without comma, colon, bracket or last point"
            raise ValueError(f"the name of face {k + 1} is {shown(names[k])}: {rule}")
    return tuple(map(str, names))


def check_counts(t, names):
    """The counts as an array of K whole numbers, one a name: none negative, their sum 1 to 10^9."""
    array = as_numbers(t, "t", "a count cannot be negative")
    if array.shape != (len(names),) or (array % 1).any():
        raise ValueError(f"t is {shown(t)}: this die needs {len(names)} whole numbers in a row")
    if not 1 <= array.sum() <= MOST:
        raise ValueError(f"there are {array.sum():,.10g} rolls: 1 to {MOST:,} are needed")
    return array.astype(int)


def read(text, names=words.FACES):
    """How often each face came up in the text: K whole numbers, 1 to 10^9 in all.

    `names` are as in `names_of`. A face is written by its name or, where no name begins with a digit, by its
    number from 1 to K; a text keeps to one of the two, since `heads 2` may be heads twice.
    """
    known = names = names_of(names)
    text = "\n".join(plain(text).splitlines()).lstrip("[{ ").rstrip("]} \n")
    lines, table = [line for line in text.split("\n") if line.strip()], re.search("[:=]", text)
    starts = map(NUMBERED.match, lines)
    if len(lines) > 1 and all(start and start[1] == str(n) for n, start in enumerate(starts, start=1)):
        raise ValueError(NUMBERS)  # these may number the lines, be rolls, or be faces beside their counts
    if 1 < len(lines) <= len(names) and not table:
        pairs = [WORD.findall(line) for line in lines]
        if {*map(len, pairs)} == {2} and len({pair[0] for pair in pairs}) == len(pairs):
            raise ValueError(PAIRS)
    numbers = not any(fold(name)[0].isdigit() for name in names)  # may stand in place of names
    if numbers and re.match(f"[{GAP}-]*[0-9]", text):
        names = [str(k + 1) for k in range(len(names))]
    faces = {fold(name): k for k, name in enumerate(names)}
    if max(map(len, faces)) == 1 and not table:  # then 316 is 3 1 6
        letter = f"[{re.escape(''.join(faces))}]"
        runs = rf"(?i)(?<![^{GAP}]){letter}{{2,}}(?!{letter}|[^{GAP}\w])"
        text = re.sub(runs, lambda run: " ".join([*run[0], ""]), text)
    place_of = cache(lambda word: faces.get(fold(word), faces.get(str(whole(word)))))
    t = Counter()
    for n, entry in enumerate((ENTRY if table else WORD).finditer(text), start=1):
        word, times = (entry[1] or "", whole(entry[2] or "")) if table else (entry[0], 1)
        k = place_of(word)
        if k is None or times is None or (table and k in t):
            line = f" (line {text.count(chr(10), 0, entry.start()) + 1:,})" if "\n" in text else ""
            rule = f"this die has the faces {shorten(', '.join(known), 70, placeholder=' …')}"
            rule += f" (or 1 to {len(names)} throughout)" * numbers
            if table:
                rule = rule if word and k is None else TABLE
                raise ValueError(f"{shown(entry[0])}{line} cannot be read: {rule}")
            raise ValueError(f"roll {n:,}{line} is {shown(word)}: {rule}")
        t[k] += times
    return check_counts([t[k] for k in range(len(names))], names)


def whole(word):
    number = WHOLE.fullmatch(word)
    return int(number[1]) if number else None


def fold(word):
    return plain(word).casefold()


def plain(text):
    return normalize("NFC", text.translate(FULL_WIDTH))


def read_bytes(data, names=words.FACES):
    """The counts of the rolls in the bytes of a text file: UTF-8, or UTF-16 with its mark."""
    data = bytes(data)
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    if "\0" in text or "\ufffd" in text:  # what the decoder puts where it cannot read
        raise ValueError("the file is no text that can be read: save it as text or CSV, in UTF-8")
    return read(text, names)


class OwnRolls(Stored):
    """A field for rolls, one for the faces, an upload, a line of what was read or why not, and the explorer.

    What cannot be read changes nothing. `said` is the line.
    """

    def __init__(self, explorer):
        self.explorer, self._t, first = explorer, None, (explorer.t, explorer.names)
        self._stored = {"text/plain": words.RUN_FOR_ROLLS}
        rare = dict(continuous_update=False)  # not letter by letter: a press might overtake the last one
        self.text = Textarea(placeholder=words.ROLLS_PLACEHOLDER, rows=3, **rare)
        self.text.layout, self.text.tooltip = dict(width="auto", height="auto"), words.OWN_ROLLS
        self.faces = Text(placeholder=words.FACES_PLACEHOLDER, description=words.OWN_FACES, **rare)
        self.faces.layout, self.faces.style = dict(width="240px"), dict(description_width="auto")
        self.put = button(words.USE, lambda: self._read(read, self.text.value))
        self.upload = FileUpload(description=words.UPLOAD, layout=FIT)
        self.upload.tooltip = words.UPLOAD_LIMIT
        self.again = button(words.AGAIN.format(explorer.rolls), lambda: explorer.use(*first), "refresh")
        self._said = HTML()
        row = [self.faces, self.put, self.upload, Label(words.UPLOAD_LIMIT), self.again, HTML(STYLE)]
        row = HBox(row, layout=dict(flex_flow="row wrap", align_items="center"))
        super().__init__([self.text, row, self._said, explorer])
        self.add_class("own-rolls")
        in_one_order(self)
        self._follow()
        explorer.on_change(self._follow)
        self.upload.observe(lambda change: self._read_files(change.new), "value")

    def _read_files(self, files):
        if isinstance(files, dict):  # ipywidgets 7, as on Colab
            files = [dict(file, name=name) for name, file in files.items()]
        elif files:
            self.upload.value = ()  # the same file can be chosen again
        for file in files:
            self._read(read_bytes, file["content"], f"{shown(file['name'])}, ")

    def _read(self, how, given, name=""):
        """Put in the rolls that stand there, of a die with these faces, or say why not."""
        try:
            names = names_of(self.faces.value)
            self.explorer.use(how(given, names), names)
        except ValueError as error:
            self._say(words.REFUSED.format(f"{name}{error}"))

    def _follow(self):
        """Say which rolls the explorer has now, whoever put them there."""
        if self._t is not self.explorer.t:
            self._t, names = self.explorer.t, self.explorer.names
            number, rolls = str(len(names)), self._t.sum()
            self.faces.value = number if names_of(number) == names else ", ".join(names)
            counts = ", ".join(f"{name}: {n}" for name, n in zip(names, self._t))
            self._say((words.HAS_READ if rolls > 1 else words.HAS_READ_ONE).format(rolls, len(names), counts))

    def _say(self, text):
        self.said = text
        self._said.value = f'<div class="said" role="status">{escape(text)}</div>'
