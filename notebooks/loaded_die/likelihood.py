"""The definitions, in NumPy alone: from rolls to counts, to a likelihood, to its log, to a loss.

Letters, as in the source (Qualiteg, "[AI数理]徹底的に交差エントロピー(3)", equations (3.6) to (4.3)):
`t` how often each face came up (counts, frequencies, or a one-hot row), `y` the die's probabilities,
K faces, N rolls. Faces are numbered 1 to K, as on the die. The last axis is always the faces, so an
(N, K) array of one-hot rows gives N results. Logarithms are natural: losses are in nats. Bad input raises
a ValueError that names the value and the rule on one line; the second half, from `check_rng` on, sees to it.
"""

import reprlib
from numbers import Integral, Real
from textwrap import shorten

import numpy as np

ROLLS = np.array([6, 3, 2, 6, 4, 1, 6, 5, 3, 2, 6, 4, 3, 6, 2, 5, 3, 1, 6, 4])  # those of every chapter
ROLLS.setflags(write=False)


def counts(rolls, faces=6):
    """How often each face came up, t_k: N rolls in, K whole numbers out."""
    return np.bincount(check_rolls(rolls, faces) - 1, minlength=faces)


def frequencies(counts):
    """Each face's share of all the rolls, f_k = t_k / N. Shape (..., K), as the counts."""
    counts = check_counts(counts)
    return counts / counts.sum(axis=-1, keepdims=True)


def one_hot(rolls, faces=6):
    """One row a roll, shape (N, K): 1 under the face that came up, 0 under the others."""
    return (check_rolls(rolls, faces)[:, np.newaxis] == np.arange(1, faces + 1)).astype(int)


def roll(y, n, rng):
    """Roll the die y n times with the generator rng: n independent faces from 1 to K."""
    check_whole(n, "n", "the number of rolls must be a whole number from 1 to a billion")
    y = check_probabilities(y, as_numbers(y, "y").size)
    return check_rng(rng).choice(len(y), size=n, p=y) + 1


def likelihood(t, y):
    """Chance of rolling exactly this sequence with the die y: L = Π_k y_k^t_k. Shape (...)."""
    t, y = check_pair(t, y)
    return np.prod(y**t, axis=-1)


def log_terms(t, y):
    """The terms t_k log y_k of the log-likelihood, one a face, in nats. Shape (..., K).

    With y_k = 0, a face that came up adds -inf, one that did not adds 0 (0·log 0 counts as 0).

    >>> log_terms([2, 0], [1, 0]).tolist()
    [0.0, 0.0]
    """
    t, y = check_pair(t, y)
    log_y = np.log(y, where=y > 0, out=np.full(y.shape, -np.inf))  # no warning, and no NaN out of 0·log 0
    return np.multiply(t, log_y, where=t > 0, out=np.zeros(t.shape))


def log_likelihood(t, y):
    """log L = Σ_k t_k log y_k in nats, (3.6), (4.1) and (4.2) of the source. Shape (...)."""
    return log_terms(t, y).sum(axis=-1)


def cross_entropy(t, y):
    """The loss -log L = -Σ_k (t_k log y_k) in nats, (4.3) of the source. Shape (...).

    One-hot t: the loss of one roll. Counts: the sum over all rolls. Frequencies: their mean.
    It is +inf, without a warning, when a face came up that y holds impossible.

    >>> float(cross_entropy([0, 1], [1, 0]))
    inf
    """
    return 0 - log_likelihood(t, y)  # 0 - x and not -x: a certain die loses 0.0, not -0.0


def entropy(p):
    """The entropy H(p) = -Σ_k (p_k log p_k) in nats: no die loses less per roll on p. Shape (...).

    `p` are probabilities or frequencies, (..., K) with sum 1.
    After C. E. Shannon, "A Mathematical Theory of Communication" (1948), section 6.
    """
    p = check_probabilities(p, name="p")
    return cross_entropy(p, p)


def kl_divergence(p, y):
    """The gap KL(p ‖ y) = Σ_k p_k log(p_k / y_k) = H(p, y) - H(p) in nats. Shape (...).

    `p` and `y` are (..., K) with sum 1. It is +inf where p_k > 0 but y_k = 0.
    After S. Kullback and R. A. Leibler, "On Information and Sufficiency" (1951).
    """
    p, y = check_pair(check_probabilities(p, name="p"), y, "p")
    gap = (log_terms(p, p) - log_terms(p, y)).sum(axis=-1)
    return np.maximum(gap, 0)  # the terms are rounded: between nearly equal dice their sum may be -5e-16


def log_softmax(z):
    """Logarithms of the die that the scores z make, log y_k = z_k - log Σ_j e^z_j. Shape (..., K).

    Only the differences of the scores matter. So the largest is taken off all of them first: no power
    of e is then above 1, and none can overflow (log-sum-exp). A log y_k beyond the largest float is -inf.

    >>> log_softmax([1000, 0]).tolist()
    [0.0, -1000.0]
    """
    z = as_numbers(z, "z")
    with np.errstate(over="ignore"):
        z -= z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def softmax(z):
    """The die that the scores z make, y_k = e^z_k / Σ_j e^z_j. Shape (..., K).

    A score 746 below the largest gives 0.0: no float is that small. `log_softmax` keeps its logarithm.
    """
    return np.exp(log_softmax(z))


def check_rng(rng):
    if not isinstance(rng, np.random.Generator):  # a seed is none
        raise ValueError(f"rng is {shown(rng)}: it must be a generator, such as np.random.default_rng(1)")
    return rng


def check_rolls(rolls, faces):
    """The rolls as a flat array of whole numbers, or a ValueError that says which one is wrong."""
    check_whole(faces, "faces", "a die has a whole number of faces, from 1 to a billion")
    # A list is taken as it stands: with a word in it, NumPy alone would make words of its numbers.
    array = np.asanyarray(rolls) if hasattr(rolls, "__array__") else np.array(rolls, dtype=object)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(f"rolls is {shown(rolls)}: it must be a flat list, one face a roll, one at least")
    for place, face in enumerate(array.tolist(), start=1):
        if isinstance(face, bool) or not isinstance(face, Real) or not 1 <= face <= faces or face % 1:
            raise ValueError(f"roll {place} is {shown(face)}: this die has the faces 1 to {faces}")
    return np.array(array, dtype=int)


def check_whole(value, name, rule):
    """Refuse what is no whole number from 1 to a billion (True counts as no number)."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not 1 <= value <= 10**9:
        raise ValueError(f"{name} is {shown(value)}: {rule}")


def check_counts(counts, name="counts"):
    """The counts (or frequencies) as an array (..., K): none negative, none of the rows all 0."""
    array = as_numbers(counts, name, "a count cannot be negative")
    if (array.sum(axis=-1) == 0).any():
        raise ValueError(f"{name} is all 0: there are no rolls, at least one is needed")
    return array


def check_probabilities(y, faces=None, name="y"):
    """The probabilities as an array (..., K): none negative, their sum 1 (to 1e-9, to 1e-5 in float32)."""
    p = as_numbers(y, name, "a probability cannot be negative")
    if faces is not None and p.shape != (faces,):
        raise ValueError(f"{name} has shape {shown(p.shape)}: this die needs {faces} probabilities in a row")
    sums = p.sum(axis=-1, keepdims=True)
    single = getattr(y, "dtype", None) == np.float32
    if (wrong := abs(sums - 1) > (1e-5 if single else 1e-9)).any():
        raise ValueError(f"{name} sums to {sums[wrong][0]:.10g}: probabilities must sum to 1")
    return p / sums if single else p


def check_pair(t, y, name="t"):
    """Both, checked, and broadcast to one shape (..., K)."""
    t, y = check_counts(t, name), check_probabilities(y)
    rows = zip(t.shape[-2::-1], y.shape[-2::-1])
    if t.shape[-1] != y.shape[-1] or any(m != n and 1 not in (m, n) for m, n in rows):
        shapes = f"{name} has shape {shown(t.shape)} and y {shown(y.shape)}"
        raise ValueError(f"{shapes}: they need the same faces (and rows, if any)")
    return np.broadcast_arrays(t, y)


def as_numbers(values, name, sign=None):
    """A new float array (..., K), all finite; where `sign` says why, none of them negative."""
    if np.ma.isMaskedArray(values):  # NumPy would take what is masked
        raise ValueError(f"{name} is a masked array: fill it first, or leave the masked entries out")
    order = getattr(values, "index", None)
    if hasattr(order, "is_monotonic_increasing") and not order.is_monotonic_increasing:
        raise ValueError(f"{name} is a Series whose index is not in order: use its sort_index()")
    try:
        array = np.asarray(values)
    except ValueError:  # lists of several lengths
        array = np.array(None)
    if array.dtype.kind not in "biuf" or array.ndim == 0 or array.size == 0:
        raise ValueError(f"{name} is {shown(values)}: it must be an array of numbers, one a face")
    for wrong, rule in ((~np.isfinite(array), "every number must be finite"), (array < 0, sign)):
        if rule and wrong.any():
            raise ValueError(f"{name} contains {shown(array[wrong][0])}: {rule}")
    return array.astype(float)


def shown(value):
    """A value as it stands there, for a message: on one line, of at most 70 characters."""
    text = str(value) if isinstance(value, np.number) else reprlib.repr(value)
    return shorten(text, 70, placeholder="…")
