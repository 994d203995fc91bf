"""Chapter 4: the loss, its sum and its mean, nats and bits."""

import numpy as np

from .usual import LOADED, ROLLS, UNEVEN, F, T, exercise, mistake


@exercise(kind="number", digits=0)
@mistake("The sum is 20 times the mean, more than 34 nats.", 1)
@mistake("So small a number changes the seventh decimal.", 4)
@mistake("choice", 3)
def what_is_different():
    """1.713 nats divided by log 2 are 2.471 bits."""
    reported = [-T @ np.log(F), -F @ np.log2(F), -F @ np.log(LOADED), -F @ np.log(F + 1e-7)]
    return 1 + np.argmin(np.abs(np.subtract(reported, 2.471)))


@exercise("sign", "bits", "mean", kind="number", cases=[(T, LOADED)])
def mean_in_bits(t, y):
    """Divide the sum by N for the mean, and nats by log 2 for bits."""
    return -np.sum(t * np.log2(y)) / t.sum()


@exercise(kind="number", digits=2)
@mistake("upside down", np.exp(T @ np.log(LOADED / F)))
@mistake("This is the difference of the losses, not yet the ratio.", T @ np.log(F / LOADED))
@mistake("This is the factor for one roll. For the 20 rolls take the sums.", np.exp(F @ np.log(F / LOADED)))
def times_as_probable():
    """e to the difference of the losses, both taken as sums in nats, is the ratio of the likelihoods."""
    return np.exp(T @ np.log(F) - T @ np.log(LOADED))


UNREAD = [*ROLLS, -100, -100]
CASES = [([1, 2, 2], [0.7, 0.3]), (UNREAD, UNEVEN), ([1, 3], [0.5, 0.5, 0]), (np.tile(ROLLS, 100), UNEVEN)]


@exercise("sign", "nats", kind="function", cases=CASES, digits=6)
@mistake("mean", lambda rolls, y: mean_loss(rolls, y) * np.sum(rolls > 0))
@mistake("log of sum", lambda rolls, y: -np.log(np.mean(y[rolls[rolls > 0] - 1])))
@mistake("off by one", lambda rolls, y: -np.mean(np.log(y[rolls[rolls > 0]])))
@mistake("Leave out the rolls that are marked −100.", lambda rolls, y: -np.mean(np.log(y[rolls - 1])))
@mistake("Unread rolls count in N here.", lambda rolls, y: mean_loss(rolls, y) * np.mean(rolls > 0))
def mean_loss(rolls, y):
    """The index picks the same probability as a one-hot row would, and an impossible roll costs ∞."""
    return -np.mean(np.log(y[rolls[rolls > 0] - 1]))
