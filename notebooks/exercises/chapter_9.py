"""Chapter 9: a die for each letter before."""

import numpy as np
from loaded_die.likelihood import entropy, frequencies

from .usual import UNEVEN, exercise, mistake


@exercise(kind="number", digits=0)
@mistake("Whoever knows the text by heart is sure of every token, and right: the perplexity is 1.", 1)
@mistake("Tokens are not equally frequent. Whoever knows that pays less for the frequent ones.", 3)
@mistake("choice", 4)
def what_has_it_learnt():
    """Its loss is log 50,000. It is no better than the fair die with 50,000 faces, which knows nothing."""
    unequal = frequencies(1 / np.arange(1, 50_001))  # the second half as frequent as the first, and so on
    losses = [0, np.log(50_000), entropy(unequal), np.inf]
    return 1 + np.argmin(np.abs(np.exp(losses) - 50_000))


@exercise(kind="number")
@mistake("sign", 2**-3.1)
@mistake("Bits are logarithms to base 2: take a power of 2, not of e or 10.", np.exp(3.1), 10**3.1)
@mistake("This is the loss in nats. The perplexity is asked for.", 3.1 * np.log(2))
def perplexity_from_bits():
    """A fair die with n faces loses log₂ n bits, and n is 2 to that power. In nats it is a power of e."""
    return 2**3.1


CASES = [([[6, 2, 0], [1, 1, 2], [3, 0, 1]],), ([[90, 10], [1, 1]],), ([[1, 2], [2, 4]],)]
BLIND = "This is what a letter costs without a look at the one before."
LOOKING = "This is what a letter still costs with a look at the one before."


@exercise("sign", "nats", "mean", kind="function", cases=CASES, digits=6)
@mistake(BLIND, lambda table: entropy(frequencies(table.sum(axis=0))))
@mistake(LOOKING, lambda table: entropy(frequencies(table.sum(axis=0))) - worth_of_a_look(table))
def worth_of_a_look(table):
    """It is the gap between the pairs and what they would be if the letter before said nothing."""
    pairs = table / table.sum()
    apart = pairs.sum(axis=1, keepdims=True) * pairs.sum(axis=0)
    seen = pairs > 0
    return np.sum(pairs[seen] * np.log(pairs[seen] / apart[seen]))


CASES = [([0.2, 0.3, 0.5], 0.6), ([0.2, 0.3, 0.5], 0.4), (UNEVEN, 0.9), ([0, 0.4, 0.6], 0.95)]


@exercise(kind="function", cases=CASES, digits=6)
@mistake("normalise", lambda y, p: y * (nucleus(y, p) > 0))
@mistake("Each face keeps its place in the array.", lambda y, p: -np.sort(-nucleus(y, p)))
@mistake("The face that reaches p is kept, too.", lambda y, p: above(y, y[nucleus(y, p) > 0].min()))
def nucleus(y, p):
    """It keeps the faces that have less than p in front of them, and makes a die of these."""
    order = np.argsort(-y)
    before = np.cumsum(y[order]) - y[order]
    kept = order[before < p]
    result = np.zeros(len(y))
    result[kept] = y[kept]
    return result / result.sum()


def above(y, least):
    return np.where(y > least, y, 0) / y[y > least].sum()
