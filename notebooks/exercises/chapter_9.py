"""Chapter 9: a die for each letter before."""

import numpy as np
from loaded_die.likelihood import entropy, frequencies, kl_divergence

from .usual import NORMALISE, UNEVEN, exercise, mistake


@exercise("choice")
@mistake("A model that knows the text by heart is sure of every token, and right: the perplexity is 1.", 1)
def what_has_it_learnt():
    """Each token costs it log 50,000. A few confident mistakes can lead there, too, whatever was learnt."""
    return 4


@exercise("number")
@mistake("Bits are logarithms to base 2: take a power of 2, not of e or 10.", np.exp(3.1), 10**3.1)
@mistake("This is the loss in nats. The perplexity is asked for.", 3.1 * np.log(2))
def perplexity_from_bits():
    """A fair die with n faces loses log₂ n bits, and n is 2 to that power. In nats it is a power of e."""
    return 2**3.1


@exercise("function", [([[6, 2, 0], [1, 1, 2], [3, 0, 1]],), ([[90, 10], [1, 1]],), ([[1, 2], [2, 4]],)])
@mistake("This is the cost without a look before.", lambda table: entropy(frequencies(table.sum(axis=0))))
def worth_of_a_look(table):
    """It is the gap between the pairs and what they would be if the letter before said nothing."""
    apart = np.outer(table.sum(axis=1), table.sum(axis=0))
    return kl_divergence(frequencies(table.ravel()), frequencies(apart.ravel()))


@exercise("function", [([0.2, 0.3, 0.5], 0.6), ([0.25, 0.75], 0.75), (UNEVEN, 0.9), ([0, 0.4, 0.6], 0.95)])
@mistake(NORMALISE, lambda y, p: y * (nucleus(y, p) > 0))
@mistake("Each face keeps its place in the array.", lambda y, p: -np.sort(-nucleus(y, p)))
def nucleus(y, p):
    """It keeps the faces that have less than p in front of them, and makes a die of these."""
    in_front = np.array([y[y > share].sum() for share in y])
    return frequencies(y * (in_front < p))
