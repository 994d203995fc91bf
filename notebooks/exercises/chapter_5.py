"""Chapter 5: slopes, and the best die."""

import numpy as np

from .usual import COUNTS, LOADED, UNEVEN, F, T, exercise, mistake

ALONE = "This is the slope if a face rises alone. The other faces have to give."


@exercise("choice")
@mistake("With smaller steps or slopes the six still grow, and nothing holds their sum at 1.", 1, 4)
def what_is_wrong_with_the_climb():
    """Subtract the mean slope from every slope: what one face gains the others give, and the sum stays 1."""
    return 3


@exercise("number", [(T, LOADED)])
@mistake(ALONE, 3 / 0.1)
def slope_towards_four(t, y):
    """It is positive, so this die should give face 4 more."""
    return t[3] / y[3] - t.sum()


@exercise("array")
@mistake(COUNTS, [5, 0, 3, 0, 2, 2])
@mistake("For these rolls alone a pseudo-count makes it worse.", np.array([6, 1, 4, 1, 3, 3]) / 18)
def best_of_twelve_rolls():
    """The best die lies on the boundary, with probability 0 for the faces that did not come up."""
    return np.array([5, 0, 3, 0, 2, 2]) / 12


@exercise("function", [(T, UNEVEN), ([7, 3], [0.4, 0.6]), ([3, 0, 1], [0.2, 0.3, 0.5]), (T, F)])
@mistake(ALONE, lambda t, y: t / y)
@mistake("With counts, N is taken off, and not 1: the counts add up to N.", lambda t, y: t / y - 1)
def slopes(t, y):
    """At y = f all slopes are 0, and a face that did not come up has the slope −N."""
    return t / y - t.sum()
