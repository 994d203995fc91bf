"""The definitions, in NumPy alone: from rolls to counts, to a likelihood, to its log, to a loss.

Letters, as in the source article: `t` how often each face came up (counts, frequencies, or a
one-hot row), `y` the die's probabilities, K faces, N rolls. Faces are numbered 1 to K, as on the
die. The last axis is always the faces, so an (N, K) array of one-hot rows gives N results.
Logarithms are natural: log-likelihoods and losses are in nats. Bad input raises a ValueError that
names the value and the rule.

Source of the notation: Qualiteg, "[AI数理]徹底的に交差エントロピー(3)", equations (3.6) to (4.3).
"""

import numpy as np

# The 20 rolls that run through every chapter.
ROLLS = np.array([6, 3, 2, 6, 4, 1, 6, 5, 3, 2, 6, 4, 3, 6, 2, 5, 3, 1, 6, 4])
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
    return np.eye(faces, dtype=int)[check_rolls(rolls, faces) - 1]


def roll(y, n, rng):
    """Roll the die y n times with the generator rng: n independent faces from 1 to K."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng is {rng!r}: it must be a generator, such as np.random.default_rng(1)")
    check_whole(n, "n", "the number of rolls must be a whole number, 1 or more")
    y = check_probabilities(y, np.size(y))
    return rng.choice(len(y), size=n, p=y) + 1


def likelihood(t, y):
    """Chance of rolling exactly this sequence with the die y: L = Π_k y_k^t_k. Shape (...)."""
    t, y = check_pair(t, y)
    return np.prod(y**t, axis=-1)


def log_terms(t, y):
    """The terms t_k log y_k of the log-likelihood, one a face, in nats. Shape (..., K).

    A face that never came up adds nothing, even with y_k = 0 (0·log 0 counts as 0).
    A face that did come up with y_k = 0 adds -inf.
    """
    t, y = check_pair(t, y)
    # Only where there is something to compute: no warning, and no NaN out of 0·log 0.
    log_y = np.log(y, where=y > 0, out=np.full(y.shape, -np.inf))
    return np.multiply(t, log_y, where=t > 0, out=np.zeros(t.shape))


def log_likelihood(t, y):
    """log L = Σ_k t_k log y_k in nats, (3.6), (4.1) and (4.2) of the source. Shape (...).

    It is -inf when a face came up that y holds impossible, without a warning.
    """
    return log_terms(t, y).sum(axis=-1)


def cross_entropy(t, y):
    """The loss -log L = -Σ_k (t_k log y_k) in nats, (4.3) of the source. Shape (...).

    One-hot t: the loss of one roll. Counts: the sum over all rolls. Frequencies: their mean.
    It is +inf when a face came up that y holds impossible, without a warning.
    """
    return 0 - log_likelihood(t, y)  # 0 - x and not -x: a certain die loses 0.0, not -0.0


def entropy(p):
    """The entropy H(p) = -Σ_k (p_k log p_k) in nats: no die loses less per roll on p. Shape (...).

    `p` are probabilities or frequencies, (..., K) with sum 1 (else a ValueError); counts are to be
    divided by N first. It is 0 for a one-hot row and log K, the most there is, for K equal entries.
    After C. E. Shannon, "A Mathematical Theory of Communication" (1948), section 6.
    """
    p = check_probabilities(p, name="p")
    return cross_entropy(p, p)


def kl_divergence(p, y):
    """The gap KL(p ‖ y) = Σ_k p_k log(p_k / y_k) = H(p, y) - H(p) in nats. Shape (...).

    `p` and `y` are (..., K) with sum 1 (else a ValueError). Never negative, 0 for y = p, and +inf
    where p_k > 0 but y_k = 0; a face with p_k = 0 adds nothing. Not symmetric in p and y.
    After S. Kullback and R. A. Leibler, "On Information and Sufficiency" (1951).
    """
    p, y = check_pair(check_probabilities(p, name="p"), y, "p")
    return (log_terms(p, p) - log_terms(p, y)).sum(axis=-1)


def log_softmax(z):
    """Logarithms of the die that the scores z make, log y_k = z_k - log Σ_j e^z_j. Shape (..., K).

    Any finite scores will do, and only their differences matter. So the largest is taken off all of
    them first: no power of e is then above 1, and none can overflow (log-sum-exp). A log y_k beyond
    the largest float is -inf.
    """
    z = as_numbers(z, "z")
    with np.errstate(over="ignore"):
        z -= z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def softmax(z):
    """The die that the scores z make, y_k = e^z_k / Σ_j e^z_j. Shape (..., K).

    A score about 745 below the largest gives a probability of 0.0, since there is no smaller float;
    `log_softmax` keeps its logarithm.
    """
    return np.exp(log_softmax(z))


# From here on: what refuses bad input.


def check_rolls(rolls, faces):
    """The rolls as a flat array of whole numbers, or a ValueError that says which one is wrong."""
    check_whole(faces, "faces", "a die has a whole number of faces, 1 or more")
    try:
        array = np.asarray(rolls)
    except ValueError:
        raise ValueError(f"rolls is {rolls!r}: it must be a flat list, one face a roll") from None
    if array.ndim != 1:
        raise ValueError(f"rolls has shape {array.shape}: it must be a flat list, one face a roll")
    if array.size == 0:
        raise ValueError("there are no rolls: at least one is needed")
    if array.dtype.kind not in "iuf":  # a list with something in it that is no number
        array = np.array([float(face) if is_number(face) else np.nan for face in rolls])
    right = (array >= 1) & (array <= faces) & (array == np.floor(array))
    if not right.all():
        first = int(np.argmin(right))
        raise ValueError(f"roll {first + 1} is {rolls[first]!r}: this die has the faces 1 to {faces}")
    return array.astype(int)


def check_whole(value, name, rule):
    """Refuse what is no whole number from 1 up (True counts as no number)."""
    if not isinstance(value, int | np.integer) or not is_number(value) or value < 1:
        raise ValueError(f"{name} is {value!r}: {rule}")


def is_number(value):
    """A real number; True and "1" are none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def check_counts(counts, name="counts"):
    """The counts (or frequencies) as an array (..., K): none negative, none of the rows all 0."""
    array = as_numbers(counts, name)
    if (array < 0).any():
        raise ValueError(f"{name} contains {array[array < 0][0]:g}: a count cannot be negative")
    if (array.sum(axis=-1) == 0).any():
        raise ValueError(f"{name} is all 0: there are no rolls, at least one is needed")
    return array


def check_probabilities(y, faces=None, name="y"):
    """The probabilities as an array (..., K): none negative, their sum 1 (to 1e-9)."""
    array = as_numbers(y, name)
    if faces is not None and array.shape != (faces,):
        raise ValueError(f"{name} has shape {array.shape}: this die needs {faces} probabilities in a row")
    if (array < 0).any():
        raise ValueError(f"{name} contains {array[array < 0][0]:g}: a probability cannot be negative")
    sums = array.sum(axis=-1)
    if (abs(sums - 1) > 1e-9).any():
        wrong = np.ravel(sums)[np.argmax(abs(sums - 1))]
        raise ValueError(f"{name} sums to {wrong:.10g}: probabilities must sum to 1")
    return array


def check_pair(t, y, name="t"):
    """Both, checked, and broadcast to one shape (..., K)."""
    t, y = check_counts(t, name), check_probabilities(y)
    try:
        if t.shape[-1] == y.shape[-1]:
            return np.broadcast_arrays(t, y)
    except ValueError:
        pass  # said below, in the reader's terms
    raise ValueError(
        f"{name} has shape {t.shape} and y {y.shape}: they need the same faces (and rows, if any)"
    )


def as_numbers(values, name):
    """A new float array with at least one axis and all values finite."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} is {values!r}: it must be an array of numbers") from None
    if array.size == 0 or array.ndim == 0:
        raise ValueError(
            f"{name} has shape {array.shape}: it must have one number a face, in one row or more"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} contains {array[~np.isfinite(array)][0]}: every number must be finite")
    return array
