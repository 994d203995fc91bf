"""Chapter 1: counts, frequencies and probabilities."""

import numpy as np

from .usual import ROLLS, counts, exercise, mistake


@exercise(kind="number", digits=0)
@mistake("This share is a whole number of rolls out of 20: that can be. (Faces start at 1.)", 1, 2, 3, 5, 6)
@mistake("This is a frequency, or a number of rolls. The face is asked for, from 1 to 6.", 0.13, 2.6)
def which_share_is_wrong():
    """Each frequency is a whole number of rolls, divided by 20. But 0.13 of 20 rolls are 2.6 rolls."""
    rolls = 20 * np.array([0.20, 0.15, 0.05, 0.13, 0.30, 0.20])
    return 1 + np.argmax(abs(rolls - np.round(rolls)))


@exercise(kind="array")
@mistake("normalise", [1, 1, 1, 1, 3, 1], np.array([1, 1, 1, 1, 3, 1]) / 6)
@mistake("off by one", np.array([1, 1, 1, 1, 1, 3]) / 8)
@mistake("Face 5 is compared with the other faces, not with a fair die.", [0.1, 0.1, 0.1, 0.1, 0.5, 0.1])
def load_a_die():
    """Weights become probabilities when they are divided by their sum."""
    weights = np.array([1, 1, 1, 1, 3, 1])
    return weights / weights.sum()


@exercise(kind="number", digits=0)
@mistake("The gap goes with the root of the rolls, so the rolls go with its square.", 2, 1.41, 1.414, 2**0.5)
@mistake("This is a number of rolls. How many times as many is asked for.", 8000, 6000)
def half_the_gap():
    """The gap shrinks with the square root of the number of rolls: half of it takes four times as many."""
    return (0.012 / 0.006) ** 2


@exercise(kind="function", cases=[([1, 2, 2], 2), ([3, 1, 3, 3, 2], 5), (ROLLS, 6), ([4], 4)], digits=6)
@mistake("counts", counts)
@mistake("off by one", lambda rolls, faces: [np.mean(rolls == k) for k in range(faces)])
@mistake("off by one", lambda rolls, faces: np.bincount(rolls, minlength=faces) / len(rolls))
@mistake(
    "A face that did not come up has its place, too.",
    lambda rolls, faces: np.bincount(rolls)[1:] / len(rolls),
    lambda rolls, faces: np.unique(rolls, return_counts=True)[1] / len(rolls),
)
def shares(rolls, faces):
    """A face that did not come up has its place in the array, with the frequency 0."""
    return np.array([np.mean(rolls == k) for k in range(1, faces + 1)])
