"""Chapter 4: the loss, its sum and its mean, nats and bits."""

import numpy as np
from loaded_die.likelihood import ROLLS, cross_entropy

from .usual import LOADED, MEAN, OFF_BY_ONE, UNEVEN, F, T, exercise, mistake


@exercise("choice")
@mistake("The sum is 20 times the mean, more than 34 nats.", 1)
def what_is_different():
    """1.713 nats divided by log 2 are 2.471 bits."""
    return 2


@exercise("number", [(T, LOADED)])
def mean_in_bits(t, y):
    """Divide the sum by N for the mean, and nats by log 2 for bits."""
    return cross_entropy(t, y) / t.sum() / np.log(2)


@exercise("number")
@mistake("This is the difference of the losses, not yet the ratio.", T @ np.log(F / LOADED))
@mistake("This is the factor for one roll. For the 20 rolls take the sums.", np.exp(F @ np.log(F / LOADED)))
def times_as_probable():
    """e to the difference of the losses, both taken as sums in nats, is the ratio of the likelihoods."""
    return np.exp(T @ np.log(F / LOADED))


@exercise("function", [([1, 2, -100, 2], [0.7, 0.3]), ([1, 3], [0.5, 0.5, 0]), (np.tile(ROLLS, 100), UNEVEN)])
@mistake(MEAN, lambda rolls, y: mean_loss(rolls, y) * np.sum(rolls > 0))
@mistake(OFF_BY_ONE, lambda rolls, y: -np.mean(np.log(y[rolls[rolls > 0]])))
def mean_loss(rolls, y):
    """The index picks the same probability as a one-hot row would, and an impossible roll costs ∞."""
    return -np.mean(np.log(y[rolls[rolls > 0] - 1]))
