"""Chapter 2: one-hot rows."""

import numpy as np

from .usual import IMPOSSIBLE, ROLLS, UNEVEN, UNSEEN, T, exercise, mistake


@exercise(kind="number", digits=0)
@mistake("Then no row would be all zero, and the last column would be empty, not the first.", 1)
@mistake("Then the ones would stand one column too far left. Here the first column is empty.", 4)
@mistake("choice", 3)
def what_is_wrong_with_the_rows():
    """The first column waits for a 0, each face stands one column too far right, no 6 finds a column."""
    compared = [[1, 2, 3, 4, 5, 0], [0, 1, 2, 3, 4, 5], [6, 5, 4, 3, 2, 1], [2, 3, 4, 5, 6, 7]]
    sums = [[np.sum(ROLLS == face) for face in faces] for faces in compared]
    return 1 + sums.index([0, 2, 3, 4, 3, 2])


@exercise("sign", "nats", "log", kind="number")
@mistake("off by one", np.log(0.13), np.log(0.15))
def sum_for_a_five():
    """The one-hot row picks one logarithm out of six, that of the face that came up."""
    return np.sum([0, 0, 0, 0, 1, 0] * np.log([0.10, 0.22, 0.08, 0.15, 0.32, 0.13]))


@exercise(kind="function", cases=[([1, 2, 2], 2), ([3, 1], 4), ([2], 3), (ROLLS, 6)], digits=6)
@mistake("off by one", lambda rolls, faces: np.eye(faces)[rolls])
@mistake("off by one", lambda rolls, faces: rolls[:, np.newaxis] == np.arange(faces))
@mistake("Each row is one roll, and each column one face.", lambda rolls, faces: rows(rolls, faces).T)
def rows(rolls, faces):
    """N rolls make N rows, and each row has one entry a face."""
    return np.eye(faces)[rolls - 1]


CASES = [(T, UNEVEN), UNSEEN, IMPOSSIBLE, (400 * T, UNEVEN)]  # the last so many that their product underflows


@exercise("sign", "nats", "log", "exchanged", kind="function", cases=CASES, digits=6)
@mistake("An array like t holds whole numbers.", lambda t, y: face_terms(t, y).astype(t.dtype))
def face_terms(t, y):
    """0 · log 0 counts as 0, and a face that came up against probability 0 adds −∞."""
    result = np.zeros(len(t))
    came_up = t > 0
    result[came_up] = t[came_up] * np.log(y[came_up])
    return result
