"""Chapter 8: a die for each sample."""

import numpy as np

from .usual import LOG, OFF_BY_ONE, exercise, mistake

SAMPLES = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]])
DICE = np.array([[0.33, 0.32, 0.35], [0.10, 0.20, 0.70], [0.05, 0.15, 0.80], [0.20, 0.60, 0.20]])
MANY = np.tile(SAMPLES, (900, 1)), np.tile(DICE, (900, 1))  # their product underflows
SURE = [[1, 0], [0, 1]]


@exercise("choice")
@mistake("The fair die of 1,000 faces costs log 1000, which is 6.9 nats. 12 nats are far more.", 1)
@mistake("log₂ 1000 is 9.97: in bits a network that knows nothing would report 9.97, and not 12.", 2)
def fresh_network():
    """Being sure of a wrong class costs without limit. The others lead to 9.97 at most."""
    return 3


@exercise("number")
@mistake(LOG, 0.3)
@mistake("This is the loss if it were spam.", -np.log(0.7))
def cost_of_a_mail():
    """With t = 0 only the second face counts, with the probability 1 − p."""
    return -np.log(1 - 0.7)


@exercise("function", [(SAMPLES, DICE), (SURE, SURE), (SURE, SURE[::-1]), MANY])
@mistake("This divides by all N · K entries, not by the N samples.", lambda T, Y: batch_loss(T, Y) / len(T.T))
def batch_loss(T, Y):
    """It is the mean over the samples, not over all entries, and an impossible class costs ∞."""
    return -np.mean(np.log(Y[T == 1]))


@exercise("function", [(DICE, [1, 3, 3, 2], 2), (DICE, [2, 1, 2, 2], 2), (DICE, [1, 3, 3, 2], 1)])
@mistake(OFF_BY_ONE, lambda Y, classes, k: top_share(Y, classes + 1, k))
@mistake("These are the k least probable classes.", lambda Y, classes, k: top_share(-Y, classes, k))
def top_share(Y, classes, k):
    """It asks only whether the true class is among the k. The loss also asks how sure the classifier was."""
    best = np.argsort(-Y, axis=1)[:, :k] + 1
    return np.mean(np.any(best == classes[:, np.newaxis], axis=1))
