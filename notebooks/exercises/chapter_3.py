"""Chapter 3: the log-likelihood."""

from math import comb, factorial

import numpy as np

from .usual import IMPOSSIBLE, LOADED, ROLLS, UNEVEN, UNSEEN, T, exercise, mistake


@exercise("sign", "nats", "log", kind="number", cases=[(ROLLS[:3], LOADED)])
@mistake("log of sum", np.log(0.5 + 0.1 + 0.1))
@mistake("sum", np.log(0.5 * 0.1 * 0.1) / 3)
def three_rolls(rolls, y):
    """The logarithm makes a sum of the product."""
    return np.sum(np.log(y[rolls - 1]))


@exercise(kind="number", digits=0)
@mistake("Here it is not 0 yet. One toss more, and it is.", 1074)
@mistake("There are smaller numbers before 0, with fewer digits than a float has.", 1022, 1023)
def the_zero():
    """The product underflows. A sum of logarithms does not: 1075 times log 0.5 is about −745."""
    return 1 + np.count_nonzero(np.cumprod(np.full(2000, 0.5)))


@exercise(kind="number", digits=0)
@mistake("This tells equal faces apart: swapping two heads makes no new order.", factorial(10), 720)
@mistake("This counts every sequence of ten tosses, however many heads it has.", 2**10)
def orders_of_a_coin():
    """Shuffling equal faces among themselves makes no new order, so 7! and 3! are divided out."""
    return comb(10, 3)


CASES = [(T, UNEVEN), ([7, 3], [0.4, 0.6]), UNSEEN, IMPOSSIBLE, (400 * T, UNEVEN)]


@exercise("sign", "nats", "sum", "log", "exchanged", kind="function", cases=CASES, digits=6)
@mistake("log of sum", lambda t, y: np.log(np.sum(t * y)))
def log_chance(t, y):
    """It gives the logarithm where the product underflows, and −∞ where a roll was impossible."""
    came_up = t > 0
    return np.sum(t[came_up] * np.log(y[came_up]))
