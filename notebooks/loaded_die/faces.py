"""The names of a die's faces, and rolls that are given by them."""

from numbers import Integral
from textwrap import shorten

import numpy as np

from .likelihood import shown

FACES = tuple("⚀⚁⚂⚃⚄⚅")


def names_of(names):
    """The names of a die's faces, a tuple: 2 to 20 different words of up to 8 letters, without a space.

    `names` are these words, or how many faces there are: up to 6 are called ⚀ to ⚅, more of them 1 to K.
    """
    if isinstance(names, Integral) and 2 <= names <= 20:
        return FACES[:names] if names <= 6 else tuple(map(str, range(1, names + 1)))
    listed = np.array(names, dtype=object)
    if listed.ndim != 1 or not 2 <= len(listed) <= 20:
        rule = "it must be a list of 2 to 20 names, or their number"
        raise ValueError(f"names is {shown(names)}: {rule}")
    for place, name in enumerate(listed, start=1):
        word = isinstance(name, str) and name.isprintable() and name.split() == [name] and len(name) <= 8
        if not word or name in listed[: place - 1]:
            rule = "a name is a word of up to 8 letters, and no other face has it"
            raise ValueError(f"name {place} is {shown(name)}: {rule}")
    return tuple(map(str, listed))


def by_number(rolls, names):
    """The rolls with the number of its face, from 1 to K, in the place of each name; else as they are."""
    if not isinstance(rolls, (list, tuple)):
        return rolls
    faces = {name: face for face, name in enumerate(names, start=1)}
    for place, roll in enumerate(rolls, start=1):
        if isinstance(roll, str) and roll not in faces:
            known = shorten(", ".join(names), 70, placeholder=" …")
            rule = f"this die has the faces {known}, or the numbers 1 to {len(names)}"
            raise ValueError(f"roll {place} is {shown(roll)}: {rule}")
    return [faces[roll] if isinstance(roll, str) else roll for roll in rolls]


def spoken(names):
    """What the faces are called aloud: the signs of a die's faces by their numbers."""
    if names == FACES[: len(names)]:
        return [f"face {k}" for k in range(1, len(names) + 1)]
    return names
