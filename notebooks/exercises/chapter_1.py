"""Chapter 1: counts, frequencies and probabilities."""

import numpy as np
from loaded_die.likelihood import ROLLS, counts, frequencies

from .usual import NORMALISE, OFF_BY_ONE, exercise, mistake


@exercise("number")
@mistake("This share is a whole number of rolls out of 20: that can be. (Faces start at 1.)", 1, 2, 3, 5, 6)
@mistake("This is a frequency, or a number of rolls. The face is asked for, from 1 to 6.", 0.13, 2.6)
def which_share_is_wrong():
    """Each frequency is a whole number of rolls, divided by 20. But 0.13 of 20 rolls are 2.6 rolls."""
    rolls = 20 * np.array([0.20, 0.15, 0.05, 0.13, 0.30, 0.20])
    return 1 + np.argmax(abs(rolls - np.round(rolls)))


@exercise("array")
@mistake(NORMALISE, [1, 1, 1, 1, 3, 1], np.array([1, 1, 1, 1, 3, 1]) / 6)
@mistake("Face 5 is compared with the other faces, not with a fair die.", [0.1, 0.1, 0.1, 0.1, 0.5, 0.1])
def load_a_die():
    """Weights become probabilities when they are divided by their sum."""
    return np.array([1, 1, 1, 1, 3, 1]) / 8


@exercise("number")
@mistake("The gap goes with the root of the rolls, so the rolls go with its square.", 2, 2**0.5)
def half_the_gap():
    """The gap shrinks with the square root of the number of rolls: half of it takes four times as many."""
    return (0.012 / 0.006) ** 2


@exercise("function", cases=[([1, 2, 2], 2), ([3, 1, 3, 3, 2], 5), (ROLLS, 6)])
@mistake(OFF_BY_ONE, lambda rolls, faces: [np.mean(rolls == k) for k in range(faces)])
@mistake("A face that did not come up has its place.", lambda rolls, _: frequencies(np.bincount(rolls)[1:]))
def shares(rolls, faces):
    """A face that did not come up has its place in the array, with the frequency 0."""
    return frequencies(counts(rolls, faces))
