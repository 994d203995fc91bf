"""Chapter 5: slopes, and the best die."""

import numpy as np

from .usual import FAIR, LOADED, UNEVEN, F, T, exercise, mistake

ALONE = "This is the slope if a face rises alone. The other faces have to give."
NOT_ONE = "With counts, N is taken off, and not 1: the counts add up to N."


@exercise(kind="number", digits=0)
@mistake("With smaller steps or slopes the six still grow, and nothing holds their sum at 1.", 1, 4)
@mistake("Another base multiplies all slopes by one factor. They stay positive, and the six still grow.", 3)
def what_is_wrong_with_the_climb():
    """With the mean slope taken off each slope, what one face gets another gives, and the sum stays 1."""
    slopes = T / FAIR
    steps = [slopes / 10, slopes - slopes.mean(), slopes / np.log(10), slopes / 20]
    return 1 + np.argmin(np.abs(np.sum(steps, axis=1)))


@exercise("sign", "sum", kind="number", cases=[(T, LOADED)])
@mistake("upside down", 0.1 / 3 - 20)
@mistake(ALONE, 30)
@mistake(NOT_ONE, 29)
def slope_towards_four(t, y):
    """It is positive, so this die should give face 4 more."""
    return t[3] / y[3] - t.sum()


@exercise(kind="array")
@mistake("counts", [5, 0, 3, 0, 2, 2])
@mistake("Those that did not come up need a probability, too.", np.array([5, 3, 2, 2]) / 12)
@mistake("For these rolls alone a pseudo-count makes it worse.", np.array([6, 1, 4, 1, 3, 3]) / 18)
def best_of_twelve_rolls():
    """The best die lies on the boundary, with probability 0 for the faces that did not come up."""
    return np.array([5, 0, 3, 0, 2, 2]) / 12


CASES = [(T, UNEVEN), ([7, 3], [0.4, 0.6]), ([3, 0, 1], [0.2, 0.3, 0.5]), (T, F)]


@exercise("sign", "sum", kind="function", cases=CASES, digits=6)
@mistake("upside down", lambda t, y: y / t - t.sum())
@mistake(ALONE, lambda t, y: t / y)
@mistake(NOT_ONE, lambda t, y: t / y - 1)
def slopes(t, y):
    """At y = f all slopes are 0, and a face that did not come up has the slope −N."""
    return t / y - t.sum()
