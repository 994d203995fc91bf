"""Chapter 6: entropy, and the gap above it."""

import numpy as np
from loaded_die.likelihood import cross_entropy, entropy, kl_divergence

from .usual import UNEVEN, F, T, exercise, mistake

ROW = np.array([0.92, 0.016, 0.016, 0.016, 0.016, 0.016])  # of label smoothing


@exercise("number")
@mistake("Each face counts by its probability, not equally.", 5 / 3)
def entropy_in_bits():
    """It is 0.5 · 1 + 0.25 · 2 + 0.25 · 2 bits."""
    return entropy([0.5, 0.25, 0.25]) / np.log(2)


@exercise("number")
@mistake("This is the whole loss. A part of it is the floor of these rows, and stays.", 0.512)
@mistake("This is the floor. What is above it is asked for.", entropy(ROW))
def what_is_left_to_learn():
    """The entropy of the row is the floor, and only the gap above it can be trained away."""
    return 0.512 - entropy(ROW)


@exercise("number", [(T,)])
@mistake("This sends each word once. Send it as often as its face came up.", 18)
def message_length(t):
    """A very short word for the six does not pay: the others get too long."""
    return np.sum(t * [4, 3, 3, 3, 4, 1])


@exercise("function", [(F, UNEVEN), (F, F), ([0.7, 0.3, 0], [0.4, 0.6, 0]), ([0.5, 0, 0.5], [0.5, 0.5, 0])])
@mistake("This is KL(y ‖ f): the two are exchanged.", lambda f, y: kl_divergence(y, f))
@mistake("This is the whole loss. Take off the floor, H(f).", cross_entropy)
def gap(f, y):
    """The gap is 0 for y = f alone, and never negative."""
    return kl_divergence(f, y)
