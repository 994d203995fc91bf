"""Chapter 7: scores, and a walk down the slope."""

import numpy as np
from loaded_die.likelihood import softmax

from .usual import MEAN, SIGN, F, T, exercise, mistake


@exercise("choice")
@mistake("A small rate only takes longer: it would fall below 1.461 in the end.", 2)
@mistake("Whoever is sure and right loses 0 in bits, too, so bits could fall below 1.461.", 3)
def stuck_at():
    """The second softmax makes e / (e + 9) at best, of a 1 and nine zeros, and −log of this is 1.461."""
    return 1


@exercise("array", [(T, np.zeros(6))])
@mistake("Each of the rolls brings its own y: it is added N times.", 1 / 6 - T)
def slopes_of_the_sum(n, z):
    """The slopes are N y − n. Negative ones belong to the faces that came up more often than y says."""
    return n.sum() * softmax(z) - n


@exercise("function", [([-40, -38, -45],), ([-3, -5],), ([-1000, -1001, -1003],), ([-10, -2000],)])
@mistake("This is the mean of the logs. The log of the mean is asked for.", np.mean)
@mistake(MEAN, lambda log_L: log_mean(log_L) + np.log(len(log_L)))
@mistake("What was taken off has to be added again.", lambda log_L: log_mean(log_L) - log_L.max())
def log_mean(log_L):
    """With the largest L taken out, its own term is e⁰ = 1, so the mean is at least 1 / M."""
    largest = log_L.max()
    return largest + np.log(np.mean(np.exp(log_L - largest)))


@exercise("function", [([0, 0], [7, 3], 1, 2), ([0.3, -0.3], [7, 3], 4, 3), (F, T, 0.5, 0.5)])
@mistake(SIGN, lambda z, n, rate, tau: step_at(z, n, -rate, tau))
@mistake(MEAN, lambda z, n, rate, tau: step_at(z, n, n.sum() * rate, tau))
@mistake("This is the step without a temperature.", lambda z, n, rate, tau: step_at(z, n, rate, 1))
@mistake("The factor of the chain rule is missing.", lambda z, n, rate, tau: step_at(z, n, rate * tau, tau))
def step_at(z, n, rate, tau):
    """The slope in z / τ is y − f, and that of z / τ in z is 1 / τ: the chain rule multiplies the two."""
    return z - rate * (softmax(z / tau) - n / n.sum()) / tau
