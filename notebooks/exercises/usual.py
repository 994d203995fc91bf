"""What an exercise is made of, and what several share: dice, rolls, and the usual mistakes."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
from loaded_die.likelihood import ROLLS, counts

EXERCISES = {}  # by name

T = counts(ROLLS)
F = T / 20
LOADED = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
UNEVEN = np.array([0.25, 0.15, 0.12, 0.20, 0.05, 0.23])
UNSEEN = [3, 1, 0], [0.2, 0.8, 0]  # a face that cannot come up, and did not
IMPOSSIBLE = [1, 0, 1], [0.2, 0.8, 0]  # a face that cannot come up, and did
CASES = [(T, UNEVEN), UNSEEN, IMPOSSIBLE, (400 * T, UNEVEN)]  # the last so many that their product underflows

CHOICE = "This explanation does not lead to what was seen. Work out what it would lead to."
COUNTS = "Counts stand where shares belong: divide by how many there are in all."
OFF_BY_ONE = "The index is off by one: faces are numbered from 1, Python's indices from 0."
LOG_OF_SUM = "This is the log of a sum. A sum of logs is asked for: first the log, then the sum."
NORMALISE = "As probabilities these would have to add up to 1: divide by their own sum."
SIGN = "The sign is turned round."
BASE = "This logarithm has another base. Nats go with base e, bits with base 2."
LOG = "The logarithm is missing."
MEAN = "Sum or mean? A mean is divided by how many there are, a sum by nothing."
SHARED = [  # by all exercises: what becomes of the right outcome, with the counts that come first, if any
    (SIGN, lambda right, *_: -right),
    (BASE, lambda right, *_: right / np.log(2)),
    (BASE, lambda right, *_: right * np.log(2)),
    (BASE, lambda right, *_: right / np.log(10)),
    (BASE, lambda right, *_: right * np.log10(2)),
    (MEAN, lambda right, t, *_: right * t.sum()),
    (MEAN, lambda right, t, *_: right / t.sum()),
]


def mistake(said, *ways):
    """A mistake of the exercise below: its words, and the values or functions that it leads to."""
    made = [(said, way if callable(way) else lambda *_, way=way: way) for way in ways]

    def add(solve):
        solve.mistakes = getattr(solve, "mistakes", []) + made
        return solve

    return add


def exercise(kind, cases=((),)):
    """Make an exercise of the function below. Kinds are "number", "array", "function", "choice" (1 to 4)."""

    def add(solve):
        if kind == "choice":
            mistake(CHOICE, 1, 2, 3, 4)(solve)
        for said, change in SHARED:
            mistake(said, changed(solve, change))(solve)
        for (said, one), (other, two) in combinations(SHARED, 2):
            if said != other:
                mistake(f"{said} {other}", changed(changed(solve, one), two))(solve)
        unit = 1e-6 if kind == "function" else 1e-3
        EXERCISES[solve.__name__] = SimpleNamespace(solve=solve, kind=kind, cases=cases, unit=unit)
        return solve

    return add


def changed(solve, change):
    return lambda *given: change(solve(*given), *given)
