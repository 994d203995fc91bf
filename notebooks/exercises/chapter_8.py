"""Chapter 8: a die for each sample."""

import numpy as np
from loaded_die.likelihood import softmax

from .usual import exercise, mistake

SAMPLES = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]])
DICE = np.array([[0.33, 0.32, 0.35], [0.10, 0.20, 0.70], [0.05, 0.15, 0.80], [0.20, 0.60, 0.20]])
MAILS = [[1, 0], [0, 1]]


@exercise(kind="number", digits=0)
@mistake("The fair die of 1,000 faces costs log 1000, which is 6.9 nats. 12 nats are far more.", 1)
@mistake("log₂ 1000 is 9.97: in bits a network that knows nothing would report 9.97, and not 12.", 3)
@mistake("choice", 4)
def fresh_network():
    """Being sure of a wrong class costs without limit. The others lead to 9.97 at most."""
    most = [np.log(1000), np.inf, np.log2(1000), -np.log(softmax(np.eye(1000)[0])[1])]
    return 1 + np.argmax(np.greater_equal(most, 12))


@exercise("sign", "nats", "log", kind="number")
@mistake("This is the loss if it were spam.", -np.log(0.7))
def cost_of_a_mail():
    """With t = 0 only the second face counts, with the probability 1 − p."""
    return -np.log(1 - 0.7)


CASES = [(SAMPLES, DICE), (MAILS, [[1, 0], [0.4, 0.6]]), (MAILS, [[0, 1], [0.4, 0.6]])]
CASES += [(np.tile(SAMPLES, (900, 1)), np.tile(DICE, (900, 1)))]


@exercise("sign", "nats", "mean", kind="function", cases=CASES, digits=6)
@mistake("exchanged", lambda T, Y: -np.mean(np.sum(Y * np.log(T), axis=1)))
@mistake("log of sum", lambda T, Y: -np.log(np.mean(np.sum(T * Y, axis=1))))
@mistake("This divides by all N · K entries, not by the N samples.", lambda T, Y: batch_loss(T, Y) / len(T.T))
@mistake("This divides by K, not by N.", lambda T, Y: batch_loss(T, Y) * len(T) / len(T.T))
def batch_loss(T, Y):
    """It is the mean over the samples, not over all entries, and an impossible class costs ∞."""
    return -np.mean(np.log(Y[T == 1]))


CASES = [(DICE, [1, 3, 3, 2], 2), (DICE, [2, 1, 2, 2], 2), (DICE, [1, 3, 3, 2], 1), (DICE[:1], [2], 3)]


@exercise(kind="function", cases=CASES, digits=6)
@mistake("off by one", lambda Y, classes, k: top_share(Y, classes + 1, k))
@mistake("counts", lambda Y, classes, k: len(Y) * top_share(Y, classes, k))
@mistake("This is the share for k = 1.", lambda Y, classes, k: top_share(Y, classes, 1))
@mistake("These are the k least probable classes.", lambda Y, classes, k: top_share(-Y, classes, k))
def top_share(Y, classes, k):
    """It asks only whether the true class is among the k. The loss also asks how sure the classifier was."""
    best = np.argsort(-Y, axis=1)[:, :k] + 1
    return np.mean(np.any(best == classes[:, np.newaxis], axis=1))
