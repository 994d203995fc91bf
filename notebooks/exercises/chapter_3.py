"""Chapter 3: the log-likelihood."""

from math import comb, factorial

import numpy as np
from loaded_die.likelihood import log_likelihood

from .usual import CASES, LOADED, LOG, LOG_OF_SUM, exercise, mistake


@exercise("number", [(np.array([0, 1, 1, 0, 0, 1]), LOADED)])
@mistake(LOG, 0.005)
@mistake(LOG_OF_SUM, np.log(0.5 + 0.1 + 0.1))
def three_rolls(t, y):
    """The logarithm makes a sum of the product."""
    return log_likelihood(t, y)


@exercise("number")
@mistake("Here it is not 0 yet. One toss more, and it is.", 1074)
def the_zero():
    """The product underflows. A sum of logarithms does not: 1075 times log 0.5 is about −745."""
    return 1 + np.count_nonzero(np.cumprod(np.full(2000, 0.5)))


@exercise("number")
@mistake("This tells equal faces apart: swapping two heads makes no new order.", factorial(10), 720)
@mistake("This counts every sequence of ten tosses, however many heads it has.", 2**10)
def orders_of_a_coin():
    """Shuffling equal faces among themselves makes no new order, so 7! and 3! are divided out."""
    return comb(10, 3)


@exercise("function", CASES)
@mistake(LOG, lambda t, y: np.prod(y**t))
@mistake(LOG_OF_SUM, lambda t, y: np.log(np.sum(t * y)))
def log_chance(t, y):
    """It gives the logarithm where the product underflows, and −∞ where a roll was impossible."""
    return log_likelihood(t, y)
