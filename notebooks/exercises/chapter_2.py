"""Chapter 2: one-hot rows."""

import numpy as np
from loaded_die.likelihood import ROLLS, log_terms, one_hot

from .usual import CASES, LOG, OFF_BY_ONE, exercise, mistake


@exercise("choice")
@mistake("Then no row would be all zero, and the last column would be empty, not the first.", 1)
@mistake("Then the ones would stand one column too far left. Here the first column is empty.", 3)
def what_is_wrong_with_the_rows():
    """The first column waits for a 0, each face stands one column too far right, no 6 finds a column."""
    return 4


@exercise("number")
@mistake(LOG, 0.32)
@mistake(OFF_BY_ONE, np.log(0.13), np.log(0.15))
def sum_for_a_five():
    """The one-hot row picks one logarithm out of six, that of the face that came up."""
    return np.log(0.32)


@exercise("function", cases=[([1, 2, 2], 2), ([3, 1], 4), ([2], 3), (ROLLS, 6)])
@mistake(OFF_BY_ONE, lambda rolls, faces: np.eye(faces)[rolls])
@mistake(OFF_BY_ONE, lambda rolls, faces: rolls[:, np.newaxis] == np.arange(faces))
@mistake("Each row is one roll, and each column one face.", lambda rolls, faces: one_hot(rolls, faces).T)
def rows(rolls, faces):
    """N rolls make N rows, and each row has one entry a face."""
    return one_hot(rolls, faces)


@exercise("function", CASES)
@mistake("An array like t holds whole numbers.", lambda t, y: log_terms(t, y).astype(t.dtype))
def face_terms(t, y):
    """0 · log 0 counts as 0, and a face that came up against probability 0 adds −∞."""
    return log_terms(t, y)
