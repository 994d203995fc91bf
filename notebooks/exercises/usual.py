"""What an exercise is made of, and what several share: dice, rolls, and the usual mistakes."""

from functools import partial
from types import SimpleNamespace

import numpy as np
from loaded_die.likelihood import ROLLS, counts

EXERCISES = {}  # by name

T = counts(ROLLS)
F = T / 20
FAIR = np.full(6, 1 / 6)
LOADED = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
UNEVEN = np.array([0.25, 0.15, 0.12, 0.20, 0.05, 0.23])
UNSEEN = [3, 1, 0], [0.2, 0.8, 0]  # a face that cannot come up, and did not
IMPOSSIBLE = [1, 0, 1], [0.2, 0.8, 0]  # a face that cannot come up, and did

# The words for a mistake, and ways to make it out of the right function and its arguments.
USUAL = {
    "sign": ("The sign is turned round.", lambda solve, *given: -solve(*given)),
    "nats": (
        "This logarithm has another base. Nats are asked for: base e.",
        lambda solve, *given: solve(*given) / np.log(2),
        lambda solve, *given: solve(*given) / np.log(10),
    ),
    "bits": (
        "This logarithm has another base. Bits are asked for: base 2.",
        lambda solve, *given: solve(*given) * np.log(2),
        lambda solve, *given: solve(*given) * np.log10(2),
    ),
    "log": ("The logarithm is missing.", lambda solve, *given: np.exp(-abs(solve(*given)))),
    "mean": ("This is the sum. The mean is asked for.", lambda solve, t, *rest: solve(t, *rest) * t.sum()),
    "sum": ("This is the mean. The sum is asked for.", lambda solve, t, *rest: solve(t, *rest) / t.sum()),
    "exchanged": (
        "The two are exchanged: the weights come from the data, the logarithms from the die.",
        lambda solve, t, y: solve(y, t),
    ),
    # and words alone, for what each exercise makes in its own way
    "counts": ("Counts stand where shares belong: divide by how many there are in all.",),
    "off by one": ("The index is off by one: faces are numbered from 1, Python's indices from 0.",),
    "log of sum": ("This is the log of a sum. A sum of logs is asked for: first the log, then the sum.",),
    "upside down": ("The ratio is upside down.",),
    "choice": ("This explanation does not lead to what was seen. Work out what it would lead to.",),
    "normalise": ("As probabilities these would have to add up to 1: divide by their own sum.",),
}


def mistake(said, *ways):
    """A mistake of the exercise below: words (or their name), and values or functions that make it."""
    said, *_ = USUAL.get(said, [said])
    made = [(said, way if callable(way) else lambda *_, way=way: way) for way in ways]

    def add(solve):
        solve.mistakes = made + getattr(solve, "mistakes", [])
        return solve

    return add


def exercise(*names, kind, cases=((),), digits=3):
    """Make an exercise of the function below: `names` of usual mistakes, and the `kind` of its answer.

    A function is compared on all `cases`. `digits` are the decimals that count, 0 for an exact number.
    """

    def add(solve):
        shared = [(said, way) for said, *ways in map(USUAL.get, names) for way in ways]
        single = getattr(solve, "mistakes", []) + [(said, partial(way, solve)) for said, way in shared]
        double = [
            (f"Two slips at once. {said} {other}", partial(way, made))
            for said, way in shared
            for other, made in single
            if said != other
        ]
        EXERCISES[solve.__name__] = SimpleNamespace(
            solve=solve, kind=kind, cases=cases, digits=digits, mistakes=single + double
        )
        return solve

    return add
