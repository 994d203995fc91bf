"""The exercises of every chapter: what is asked, the solution, and the usual mistakes.

To add one, write a function that gives the right answer. Its docstring holds the question ({y} stands for
the argument y), a hint, and why the solution is right; "Solution" shows the rest of its source.
`@Task` gives the chapter, a list of cases (tuples of arguments) and mistakes from the table `USUAL`;
`@wrong` adds mistakes of its own. A function is compared on all cases, a number or an array is asked at one.
"""

import re
from functools import partial
from inspect import signature
from math import factorial

import numpy as np

from . import words as w
from .likelihood import ROLLS, counts, frequencies, softmax

TASKS = {}  # by the solution's name, in the order of the chapters

# What often goes wrong: ways to make the mistake out of the right function and its arguments.
USUAL = {
    w.MINUS: [lambda solve, *given: -solve(*given)],
    w.MINUS_TOO_MANY: [lambda solve, *given: -solve(*given)],
    w.BASE_2: [lambda solve, *given: solve(*given) / np.log(2)],
    w.BASE_10: [lambda solve, *given: solve(*given) / np.log(10)],
    w.NATS_FOR_BITS: [lambda solve, *given: solve(*given) * np.log(2)],
    w.BASE_10_FOR_BITS: [lambda solve, *given: solve(*given) * np.log10(2)],
    w.SUM_FOR_MEAN: [lambda solve, t, *rest: solve(t, *rest) * t.sum()],  # t are counts
    w.MEAN_FOR_SUM: [lambda solve, t, *rest: solve(t, *rest) / t.sum()],
    w.COUNTS_FOR_FREQUENCIES: [lambda solve, t: solve(t) * t.sum()],
    w.EXCHANGED: [lambda solve, t, y: solve(y, t)],
    w.EPSILON: [lambda solve, t, y, tiny=10.0**-k: solve(t, y + tiny) for k in range(5, 21)],
}


class Task:
    """A chapter's next exercise: it decorates the function that solves it.

    It has `asked` for a "number", an "array" or a "function". `digits` are the decimals that count, None
    for a whole number. `mistakes` are pairs: the words for the mistake, and a function that makes it.
    """

    def __init__(self, chapter, cases, *names, digits=3):
        self.chapter, self.names, self.digits = chapter, names, 6 if cases[1:] else digits
        self.number = 1 + sum(other.chapter == chapter for other in TASKS.values())
        self.cases = [[np.array(a) if isinstance(a, list) else a for a in case] for case in cases]

    def __call__(self, solve):
        self.solve, self.name, first = solve, solve.__name__, self.cases[0]
        self.mistakes = usual(*self.names)(solve).mistakes
        self.asked = "function" if self.cases[1:] else "array" if np.ndim(solve(*first)) else "number"
        given = [f"({', '.join(f'{number:g}' for number in np.ravel(a))})" for a in first]
        filled = solve.__doc__.format(**dict(zip(signature(solve).parameters, given)))
        self.question, self.hint, self.why = (" ".join(s.split()) for s in re.split("Hint:|Why:", filled))
        TASKS[self.name] = self
        return solve


def usual(*names):
    """Mistakes from the table above."""
    return lambda solve: put(solve, [(said, partial(way, solve)) for said in names for way in USUAL[said]])


def wrong(said, *ways):
    """A mistake by what it leads to: a value, or a function with the solution's arguments."""
    made = [(said, way if callable(way) else lambda *_, way=way: way) for way in ways]
    return lambda solve: put(solve, made)


def put(solve, mistakes):
    solve.mistakes = mistakes + getattr(solve, "mistakes", [])
    return solve


T, F = counts(ROLLS), frequencies(counts(ROLLS))
FAIR, LOADED = np.full(6, 1 / 6), np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
UNEVEN = np.array([0.25, 0.15, 0.12, 0.20, 0.05, 0.23])  # the die of section 2.3
ONE, FIVE = np.eye(6, dtype=int)[[0, 4]]  # one-hot rows
NO_ONE, NO_SIX = [0, 0.2, 0.2, 0.2, 0.2, 0.2], [0.2, 0.2, 0.2, 0.2, 0.2, 0]
NO_SIXES, UNREAD = counts(ROLLS[ROLLS != 6]), np.append(ROLLS, [-100, -100])
COIN, COIN_F, BENT = np.array([7, 3]), np.array([0.7, 0.3]), [0.4, 0.6]  # heads and tails
UNSEEN = [0.5, 0.5, 0], [0.2, 0.3, 0.5]
SCORES, SIX_SCORES = np.array([2.0, 0.0, -1.0]), [1.0, 0.5, -0.5, 0.0, -1.0, 2.0]
SAMPLES = np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 1, 0]])  # section 8.2, and its dice
DICE = np.array([[0.33, 0.32, 0.35], [0.10, 0.20, 0.70], [0.05, 0.15, 0.80], [0.20, 0.60, 0.20]])
MAILS, SURE = [[1, 0], [0, 1], [0, 1]], [[1.0, 0], [0.4, 0.6], [0.3, 0.7]]


@Task(1, [([0.20, 0.15, 0.05, 0.13, 0.30, 0.20], 20)], digits=None)
@wrong("This face's share makes a whole number of 20 rolls: that can be. (Faces start at 1.)", 1, 2, 3, 5, 6)
@wrong("This is a frequency, or a number of rolls. The face is asked for, from 1 to 6.", 0.13, 20 * 0.13)
def which_share_is_wrong(f, N):
    """Somebody rolled a die 20 times and reports the frequencies f = {f}, none of them rounded. They add up
    to 1.03, so something is wrong. One of them cannot be a frequency of 20 rolls at all. Which face's?
    Hint: How many rolls would each face have?
    Why: Each frequency is a whole number of rolls, divided by 20. But 0.13 of 20 rolls are 2.6 rolls."""
    rolls = f * N
    return 1 + np.argmax(abs(rolls - np.round(rolls)))


@Task(1, [([1, 1, 1, 1, 3, 1],)])
@wrong(w.NOT_NORMALISED, lambda weights: weights, lambda weights: weights / 6)
@wrong(w.OFF_BY_ONE, lambda weights: load_a_die(np.roll(weights, 1)))
def load_a_die(weights):
    """Load a die: face 5 is to be three times as probable as each of the other five, which are equally
    probable. What are its six probabilities?
    Hint: Begin with six weights that stand in the right proportions. What is their sum?
    Why: Weights become probabilities when they are divided by their sum."""
    return weights / weights.sum()


@Task(1, [(0.012, 0.006)], digits=None)
@wrong("These are the further rolls. All of them are asked for.", 3)
@wrong("The gap goes with the root of the rolls, so the rolls go with its square.", 2, 2**0.5, 1.414, 1.41)
@wrong("This is a number of rolls. How many times as many is asked for.", 4 * 2000)
def half_the_gap(before, after):
    """A die is rolled 2,000 times, in many sets. The largest gap between its frequencies and its
    probabilities is 0.012 on average. How many times as many rolls must a set have for an average of 0.006?
    Hint: In section 1.4 a hundred times as many rolls made the gap about ten times as small.
    Why: The gap shrinks with the square root of the number of rolls: half of it takes four times as many."""
    return (before / after) ** 2


@Task(1, [([1, 2, 2], 2), ([3, 1, 3, 3, 2], 5), (ROLLS, 6), ([4], 4)])
@wrong(w.COUNTS_FOR_FREQUENCIES, lambda rolls, faces: counts(rolls, faces))
@wrong(w.OFF_BY_ONE, lambda rolls, faces: np.array([np.mean(rolls == k) for k in range(faces)]))
@wrong(w.OFF_BY_ONE, lambda r, k: np.bincount(r) / len(r), lambda r, k: np.bincount(r, minlength=k) / len(r))
def shares(rolls, faces):
    """Write a function `shares(rolls, faces)`: from an array of rolls, numbers from 1 to `faces`, to an
    array of the frequencies of all faces.
    Hint: Ask for each face from 1 to `faces` which share of the rolls shows it. `np.mean` counts True as 1.
    Why: A face that did not come up has its place in the array, with the frequency 0."""
    return np.array([np.mean(rolls == k) for k in range(1, faces + 1)])


@Task(2, [(ROLLS, [0, 2, 3, 4, 3, 2])], digits=None)
@wrong("Then no row would be all zero, and the last column would be empty, not the first.", 1)
@wrong("Then every row would have its 1, and the first column would hold the sixes.", 3)
@wrong("Then the ones would stand one column too far left. Here the first column is empty.", 4)
def what_is_wrong_with_the_rows(rolls, sums):
    """Somebody makes one-hot rows of our 20 rolls. The sums of the columns come out as {sums}, and six rows
    are all zero. What happened? (1) The sixes were left out of the rolls. (2) The rolls were compared with 0
    to 5, in place of 1 to 6. (3) The columns run from face 6 down to face 1. (4) The rolls were compared with
    2 to 7, in place of 1 to 6. Answer with the number of the explanation.
    Hint: Which column would each explanation leave empty, and how many rows?
    Why: The first column waits for a 0, each face stands one column too far right, no 6 finds a column."""
    faces, no_sixes = np.arange(1, 7), rolls[rolls < 6]
    tried = (no_sixes, faces), (rolls, faces - 1), (rolls, faces[::-1]), (rolls, faces + 1)
    off = [abs((rolls[:, np.newaxis] == columns).sum(axis=0) - sums).sum() for rolls, columns in tried]
    return 1 + np.argmin(off)


@Task(2, [(FIVE, [0.10, 0.22, 0.08, 0.15, 0.32, 0.13])], w.MINUS_TOO_MANY, w.BASE_2, w.BASE_10)
@wrong(w.OFF_BY_ONE, np.log(0.13))
@wrong("The logarithm is missing.", 0.32)
def sum_for_a_five(t, y):
    """A roll shows 5. What is Σ tₖ log yₖ for the die y = {y}?
    Hint: Which of the six terms is not 0?
    Why: The one-hot row picks one logarithm out of six, that of the face that came up."""
    return np.sum(t * np.log(y))


@Task(2, [([1, 2, 2], 2), ([3, 1], 4), ([2], 3), (ROLLS, 6)])
@wrong(w.TRANSPOSED, lambda rolls, faces: rows(rolls, faces).T)
@wrong(w.OFF_BY_ONE, lambda r, k: np.eye(k)[r], lambda r, k: r[:, np.newaxis] == np.arange(k))
def rows(rolls, faces):
    """Write a function `rows(rolls, faces)`: from N rolls, numbers from 1 to `faces`, to their one-hot rows.
    Hint: Section 2.2 sets each roll against each face. What stands here in the place of 1 to 6?
    Why: N rolls make N rows, and each row has one entry a face."""
    return np.eye(faces)[rolls - 1]


@Task(2, [(T, UNEVEN), (FIVE, UNEVEN), (COIN, BENT), (ONE, [0.5, 0, 0, 0, 0, 0.5]), (ONE, NO_ONE)])
@usual(w.MINUS_TOO_MANY, w.BASE_2, w.BASE_10, w.EXCHANGED, w.EPSILON)
@wrong(w.ZERO_LOG_ZERO, lambda t, y: t * np.log(y))
def face_terms(t, y):
    """Write a function `face_terms(t, y)` that gives the K terms tₖ log yₖ. A face that did not come up
    adds 0, also if its probability is 0; one that came up against probability 0 adds −∞.
    Hint: Begin with zeros, and fill in the faces with t above 0: `y[t > 0]` has the probabilities of these.
    Why: 0 · log 0 counts as 0, and a face that came up against probability 0 adds −∞."""
    result, came_up = np.zeros(len(t)), t > 0
    result[came_up] = t[came_up] * np.log(y[came_up])
    return result


@Task(3, [(ROLLS[:3], LOADED)], w.MINUS_TOO_MANY, w.BASE_2, w.BASE_10)
@wrong(w.LOG_OF_SUM, np.log(0.5 + 0.1 + 0.1))
@wrong(w.MEAN_FOR_SUM, lambda rolls, y: three_rolls(rolls, y) / 3)
@wrong("This is the likelihood. Its logarithm is asked for.", 0.5 * 0.1 * 0.1)
def three_rolls(rolls, y):
    """A die with y = {y} shows 6, then 3, then 2. What is its log-likelihood?
    Hint: The rolls are independent: three factors, so a sum of three logarithms.
    Why: The logarithm makes a sum of the product."""
    return np.sum(np.log(y[rolls - 1]))


@Task(3, [(0.5,)], digits=None)
@wrong("Here it is not 0 yet. One toss more, and it is.", lambda p: the_zero(p) - 1)
@wrong("This is the last number with all the digits of a float. There are smaller ones before 0.", 1022)
def the_zero(p):
    """A program multiplies the probabilities of the tosses of a coin, one after the other. In the end it
    reports the likelihood 0.0, although every toss was possible. After how many tosses of a fair coin does
    this happen for the first time, as a 64-bit float?
    Hint: Let a loop or `np.cumprod` find out: multiply by 0.5 until nothing is left.
    Why: The product underflows. A sum of logarithms does not: 1075 times log 0.5 is about −745."""
    return 1 + np.count_nonzero(np.cumprod(np.full(2000, p)))


@Task(3, [(7, 3)], digits=None)
@wrong("This tells equal faces apart: swapping two heads makes no new order.", factorial(10))
@wrong("This counts every sequence of ten tosses, however many heads it has.", 2**10)
def orders_of_a_coin(heads, tails):
    """A coin showed heads 7 times and tails 3 times. In how many orders can that happen?
    Hint: Ten tosses can be arranged in 10! ways. Which of them look the same?
    Why: Shuffling equal faces among themselves makes no new order, so 7! and 3! are divided out."""
    return factorial(heads + tails) // (factorial(heads) * factorial(tails))


@Task(3, [(T, UNEVEN), (COIN, BENT), (FIVE, UNEVEN), (50 * T, UNEVEN), (NO_SIXES, NO_SIX), (ONE, NO_ONE)])
@usual(w.MINUS_TOO_MANY, w.BASE_2, w.BASE_10, w.MEAN_FOR_SUM, w.EXCHANGED, w.EPSILON)
@wrong(w.LOG_OF_SUM, lambda t, y: np.log(np.sum(t * y)))
@wrong(w.ZERO_LOG_ZERO, lambda t, y: np.sum(t * np.log(y)))
@wrong("The product underflows: add logarithms instead.", lambda t, y: np.log(np.prod(y**t)))
def log_chance(t, y):
    """Write a function `log_chance(t, y)` that gives log L = Σ tₖ log yₖ, for a one-hot row or counts. It has
    to work for a thousand rolls. 0 · log 0 counts as 0, and an impossible roll makes it −∞.
    Hint: Take only the faces with t above 0: `y[t > 0]`.
    Why: It gives the logarithm where the product underflows, and −∞ where a roll was impossible."""
    came_up = t > 0
    return np.sum(t[came_up] * np.log(y[came_up]))


@Task(4, [(T, 2.471)], digits=None)
@wrong("The sum is 20 times the mean, more than 34 nats.", 1)
@wrong("The loaded die loses about 1.82 nats a roll.", 3)
@wrong("So small a number changes the seventh decimal.", 4)
def what_is_different(t, reported):
    """A program reports 2.471 for the mean loss of our 20 rolls with the die y = f. We found 1.713. What does
    it do differently? (1) It gives the sum. (2) Its unit is the bit. (3) Its die is the loaded one, with 0.5
    for face 6. (4) It adds 1e-7 inside the logarithm. Answer with the number of the explanation.
    Hint: Compute what each of the four would report.
    Why: 1.713 nats divided by log 2 are 2.471 bits."""
    f = t / t.sum()
    each = [-t @ np.log(f), -f @ np.log2(f), -f @ np.log(LOADED), -f @ np.log(f + 1e-7)]
    return 1 + np.argmin(np.abs(np.subtract(each, reported)))


@Task(4, [(T, LOADED)], w.MINUS, w.NATS_FOR_BITS, w.BASE_10_FOR_BITS, w.SUM_FOR_MEAN)
def mean_in_bits(t, y):
    """What is the mean loss of a roll, in bits, for the 20 rolls and the die y = {y}?
    Hint: The sum of the losses in nats is 20 times too large, and has the wrong unit.
    Why: Divide the sum by N for the mean, and nats by log 2 for bits."""
    return -np.sum(t * np.log2(y)) / t.sum()


@Task(4, [(T, LOADED)], digits=2)
@wrong("This is the difference of the losses, not yet the ratio.", T @ np.log(F / LOADED))
@wrong("The ratio is upside down.", lambda t, y: 1 / times_as_probable(t, y))
@wrong("This is the factor for one roll. For the 20 rolls take the sums.", np.exp(F @ np.log(F / LOADED)))
@wrong(w.BASE_2_POWER, 2 ** (T @ np.log(F / LOADED)))
def times_as_probable(t, y):
    """How many times as probable are the 20 rolls with the die y = f as with y = {y}? Two decimals will do.
    Hint: A difference of losses is the logarithm of a ratio of likelihoods (section 4.6).
    Why: e to the difference of the losses, both taken as sums in nats, is the ratio of the likelihoods."""
    f = t / t.sum()
    return np.exp(np.sum(t * np.log(f)) - np.sum(t * np.log(y)))


@Task(4, [([1, 2, 2], [0.7, 0.3]), ([3], UNEVEN), (UNREAD, UNEVEN), ([2, 2], [0.0, 1.0]), ([1, 6], NO_SIX)])
@usual(w.MINUS, w.BASE_2, w.BASE_10, w.EPSILON)
@wrong(w.SUM_FOR_MEAN, lambda rolls, y: -np.sum(np.log(y[rolls[rolls > 0] - 1])))
@wrong(w.LOG_OF_SUM, lambda rolls, y: -np.log(np.mean(y[rolls[rolls > 0] - 1])))
@wrong(w.OFF_BY_ONE, lambda rolls, y: -np.mean(np.log(y[rolls[rolls > 0]])))
@wrong("Leave out the rolls that are marked −100.", lambda rolls, y: -np.mean(np.log(y[rolls - 1])))
@wrong("Unread rolls count in N here.", lambda rolls, y: mean_loss(rolls, y) * np.mean(rolls > 0))
def mean_loss(rolls, y):
    """Write a function `mean_loss(rolls, y)`: from an array of rolls, numbers from 1 to K, and the die's K
    probabilities to the mean loss of a roll, in nats. Rolls that nobody could read are marked −100 and left
    out. An impossible roll costs ∞.
    Hint: Use the rolls as an index into y. Where does an index begin?
    Why: The index picks the same probability as a one-hot row would, and an impossible roll costs ∞."""
    return -np.mean(np.log(y[rolls[rolls > 0] - 1]))


@Task(5, [(T, FAIR)], digits=None)
@wrong("With steps a tenth as large the six still add up to more than 1: each of them can only grow.", 1)
@wrong("Another base multiplies all slopes by one factor. They stay positive, and the six still grow.", 3)
@wrong("With frequencies all slopes are 20 times as small. They stay positive, and the six still grow.", 4)
def what_is_wrong_with_the_climb(t, y):
    """A program climbs log L for the 20 rolls. It begins at the fair die, and a step raises each yₖ by 0.001
    · tₖ / yₖ. After 200 steps it reports log L = 3.92. What is wrong? (1) The step is too large. (2) Nothing
    holds the sum of all yₖ at 1. (3) The logarithm has the wrong base. (4) The counts should have been
    frequencies. Answer with the number of the explanation.
    Hint: Which values can log L have for a die?
    Why: With the mean slope taken off each slope, what one face gets another gives, and the sum stays 1."""
    slopes = t / y  # and the steps that each explanation would have it take in place of them:
    steps = [slopes / 10, slopes - slopes.mean(), slopes / np.log(10), slopes / t.sum()]
    return 1 + np.argmin(np.abs(np.sum(steps, axis=1)))  # which of them leave the sum as it is?


@Task(5, [(T, LOADED)], w.MINUS_TOO_MANY, w.MEAN_FOR_SUM)
@wrong("This is the slope if face 4 rises alone. The other faces have to give.", T[3] / LOADED[3])
@wrong(w.PER_UNIT, lambda t, y: slope_towards_four(t, y) / (1 - y[3]))
@wrong(w.OFF_BY_ONE, T[2] / LOADED[2] - 20, T[4] / LOADED[4] - 20)
def slope_towards_four(t, y):
    """For the 20 rolls and the die y = {y}: how high is the bar of face 4 in section 5.1, the slope of log L
    when this die is shrunk by 1 − ε and the free ε goes to face 4?
    Hint: Section 5.3 has it: one ratio, less the number of rolls.
    Why: It is positive, so this die should give face 4 more."""
    return t[3] / y[3] - t.sum()


@Task(5, [([5, 0, 3, 0, 2, 2],)], w.COUNTS_FOR_FREQUENCIES)
@wrong("The die has six faces. Those that did not come up need a probability, too.", lambda t: t[t > 0] / 12)
@wrong("For these rolls, which are all we ask about, a pseudo-count makes it worse.", lambda t: (t + 1) / 18)
def best_of_twelve_rolls(t):
    """A die with six faces is rolled 12 times, and the counts are {t}. Which die explains these rolls best?
    Hint: Section 5.5: what becomes of a face that did not come up?
    Why: The best die lies on the boundary, with probability 0 for the faces that did not come up."""
    return t / t.sum()


@Task(5, [(T, UNEVEN), (COIN, BENT), (NO_SIXES, FAIR), (ONE, UNEVEN), (T, F)])
@usual(w.MINUS_TOO_MANY, w.MEAN_FOR_SUM)
@wrong("The ratio is upside down: it is t / y, the data over the die.", lambda t, y: y / t - y.sum())
@wrong("These are the slopes of faces that rise alone. The other faces have to give.", lambda t, y: t / y)
@wrong("With counts, N is taken off, and not 1: the counts add up to N.", lambda t, y: t / y - 1)
@wrong(w.PER_UNIT, lambda t, y: slopes(t, y) / (1 - y))
def slopes(t, y):
    """Write a function `slopes(t, y)` that gives all the bars of section 5.1: the slopes of log L when the
    die y is shrunk by 1 − ε and the free ε goes to face k. All yₖ are above 0.
    Hint: One array divided by another, less one number.
    Why: At y = f all slopes are 0, and a face that did not come up has the slope −N."""
    return t / y - t.sum()


@Task(6, [([0.5, 0.25, 0.25],)], w.NATS_FOR_BITS, w.BASE_10_FOR_BITS, w.MINUS)
@wrong("Each face counts by its probability, not equally.", lambda p: -np.mean(np.log2(p)))
@wrong("Each term has its weight already: add them up, and divide by nothing.", 1.5 / 3)
def entropy_in_bits(p):
    """What is the entropy, in bits, of a three-faced die with the probabilities {p}?
    Hint: Each probability is a power of one half, so every −log₂ is a whole number.
    Why: It is 0.5 · 1 + 0.25 · 2 + 0.25 · 2 bits."""
    return -np.sum(p * np.log2(p))


@Task(6, [([0.92, 0.016, 0.016, 0.016, 0.016, 0.016], 0.512)], w.BASE_2)
@wrong("This is the whole loss. A part of it is the floor of these rows, and stays.", 0.512)
@wrong("This is the floor. What is above it is asked for.", lambda t, loss: -t @ np.log(t))
def what_is_left_to_learn(t, loss):
    """A classifier with six classes is trained with label smoothing: each sample has the row t = {t}, with
    the large entry at its class. The mean loss stops at 0.512 nats and does not go to 0. How much of it, in
    nats, could still go if every sample got the best die for its row?
    Hint: Section 6.2: which loss has the best die for such a row?
    Why: The entropy of the row is the floor, and only the gap above it can be learnt away."""
    return loss + np.sum(t * np.log(t))


@Task(6, [(T, [4, 3, 3, 3, 4, 1])], w.MEAN_FOR_SUM, digits=None)
@wrong("This sends each word once. Send it as often as its face came up.", 18)
def message_length(t, lengths):
    """Face 6 gets a word of 1 bit, faces 2, 3 and 4 get words of 3 bits, faces 1 and 5 words of 4 bits. How
    many bits does the message of the 20 rolls take?
    Hint: Each word is sent as often as its face came up.
    Why: A very short word for the six does not pay: the others get too long."""
    return np.sum(t * lengths)


@Task(6, [(F, UNEVEN), (COIN_F, BENT), (F, F), UNSEEN, ([1.0, 0, 0], [0.5, 0, 0.5]), UNSEEN[::-1]])
@usual(w.EXCHANGED, w.MINUS, w.BASE_2, w.BASE_10)
@wrong(w.ZERO_LOG_ZERO, lambda f, y: np.sum(f * np.log(f / y)))
@wrong(w.LOG_OF_SUM, lambda f, y: np.log(np.sum(f * f / y)))
@wrong("This is the whole loss. Take off the floor, H(f).", lambda f, y: -np.sum(f * np.log(y)))
def gap(f, y):
    """Write a function `gap(f, y)` that gives KL(f ‖ y) in nats. A face with fₖ = 0 adds nothing, and a face
    with fₖ above 0 and yₖ = 0 makes the gap ∞.
    Hint: Take only the faces with f above 0.
    Why: The gap is 0 for y = f alone, and never negative."""
    seen = f > 0
    return np.sum(f[seen] * np.log(f[seen] / y[seen]))


@Task(7, [(10, 1.461)], digits=None)
@wrong("A small rate gets there late, but nothing holds it up: it would fall below 1.461 in the end.", 1)
@wrong("Whoever is sure and right loses 0, in nats and in bits alike: bits could fall below 1.461.", 3)
@wrong("Shuffled labels can only be learnt by heart. Where that works the loss goes on to 0.", 4)
def stuck_at(K, lowest):
    """A network with K = 10 classes has a mean loss that falls to 1.461 and not below, however long it
    trains, on samples that it gets all right. What is wrong? (1) The learning rate is too small. (2) Softmax
    was applied twice. (3) The loss is in bits. (4) The labels are shuffled. Answer with the number of the
    explanation.
    Hint: How low could the loss fall in each case?
    Why: The first softmax gives a 1 and nine zeros at best. The second makes e / (e + 9) of that 1, and
    −log of this is 1.461."""
    sure = np.eye(K)[0]  # the best that can come out of the first softmax
    least = [0, -np.log(softmax(sure)[0]), 0, np.log(K)]
    return 1 + np.argmin(np.abs(np.subtract(least, lowest)))


@Task(7, [(T, np.zeros(6))], w.MINUS_TOO_MANY, w.MEAN_FOR_SUM)
@wrong("Each of the rolls brings its own y: it is added N times.", FAIR - T)
def slopes_of_the_sum(n, z):
    """All six scores are 0. How steep is the loss of the 20 rolls, as a sum, in each of the scores? Answer
    with an array of six slopes.
    Hint: The slope of one roll is y − t. Add it up over the rolls.
    Why: The slopes are N y − n. Negative ones belong to the faces that came up more often than y says."""
    return n.sum() * softmax(z) - n


@Task(7, [(SIX_SCORES,), (SCORES,), (np.zeros(4),), ([1e3, 999],), ([-1e3, -1001, -1e3],), ([1e3, 0, -1e3],)])
@wrong(w.OVERFLOWS, lambda z: np.exp(z) / np.sum(np.exp(z)), lambda z: np.exp(z - np.log(np.sum(np.exp(z)))))
@wrong(w.OVERFLOWS, lambda z: np.exp(z) / (np.sum(np.exp(z)) + 1e-9))
@wrong(w.OTHER_SCORE, lambda z: np.exp(z - z.min()) / np.sum(np.exp(z - z.min())))
@wrong(w.OTHER_SCORE, lambda z: np.exp(z - z.mean()) / np.sum(np.exp(z - z.mean())))
@wrong(w.NOT_NORMALISED, lambda z: np.exp(z), lambda z: np.exp(z - z.max()))
@wrong(w.BASE_2_POWER, lambda z: softmax(z * np.log(2)))
@wrong("The exponential function is missing.", lambda z: z / np.sum(z))
@wrong("These are the logarithms of the probabilities.", lambda z: np.log(safe_softmax(z)))
def safe_softmax(z):
    """Write a function `safe_softmax(z)` that makes a die of any K scores, also of very large ones such as
    (1000, 999).
    Hint: Only the differences of the scores matter. Which score can be taken off all of them?
    Why: With the largest score taken off, no power of e is above 1."""
    powers = np.exp(z - z.max())
    return powers / powers.sum()


@Task(7, [(0 * F, T, 1), (SIX_SCORES, T, 0.5), ([0.3, -0.3], COIN, 4), (np.log(F), T, 8), (0 * F, ONE, 0.1)])
@wrong("This walks up: against the slope is down.", lambda z, n, rate: 2 * z - one_step(z, n, rate))
@wrong(w.SUM_FOR_MEAN, lambda z, n, rate: one_step(z, n, n.sum() * rate))
@wrong(w.COUNTS_FOR_FREQUENCIES, lambda z, n, rate: z - rate * (softmax(z) - n))
@wrong("The learning rate is missing.", lambda z, n, rate: one_step(z, n, 1))
@wrong("This is the step. The scores after it are asked for.", lambda z, n, rate: one_step(z, n, rate) - z)
def one_step(z, n, rate):
    """Write a function `one_step(z, n, rate)`: from K scores, the counts of the rolls and the learning
    rate to the scores after one step of gradient descent on the mean loss. `softmax` may be used.
    Hint: The slope of the mean loss is y − f. Which way is down?
    Why: Each score gives up a little of its slope, and at y = f nothing moves any more."""
    return z - rate * (softmax(z) - n / n.sum())


@Task(8, [(1000, 12)], digits=None)
@wrong("The fair die of 1,000 faces costs log 1000, which is 6.9 nats. 12 nats are far more.", 1)
@wrong("log₂ 1000 is 9.97: in bits a network that knows nothing would report 9.97, and not 12.", 3)
@wrong("A softmax of probabilities is close to the fair die: its loss is at most 6.91 nats.", 4)
def fresh_network(K, reported):
    """A fresh network with 1,000 classes reports a mean loss of 12 before its first step. What is wrong?
    (1) Nothing, 1,000 classes cost that much. (2) Its scores are too large: it is confident before it has
    learnt. (3) The loss is in bits. (4) Softmax was applied twice. Answer with the number of the explanation.
    Hint: Section 8.5: where should it begin? Then ask of each explanation how far from there it can lead.
    Why: Being sure of a wrong class costs without limit. The others lead to 9.97 at most."""
    sure = np.eye(K)[0]  # the first softmax is sure, and of another class
    most = [np.log(K), np.inf, np.log2(K), -np.log(softmax(sure)[1])]
    return 1 + np.argmax(np.greater_equal(most, reported))


@Task(8, [(0, 0.7)], w.MINUS, w.BASE_2, w.BASE_10)
@wrong("This is the loss if it were spam.", lambda t, p: cost_of_a_mail(1, p))
def cost_of_a_mail(t, p):
    """A filter takes a mail for spam with the probability p = 0.7, and it is no spam. What is the binary
    cross-entropy, in nats?
    Hint: The die has two faces. Which of them came up, and what was its probability?
    Why: With t = 0 only the second face counts, with the probability 1 − p."""
    return -(t * np.log(p) + (1 - t) * np.log(1 - p))


@Task(8, [(SAMPLES, DICE), (SAMPLES[:2], DICE[2:]), (MAILS, SURE), (MAILS, [[0.0, 1], *SURE[1:]])])
@usual(w.MINUS, w.BASE_2, w.BASE_10, w.SUM_FOR_MEAN, w.EPSILON)
@wrong(w.TRANSPOSED, lambda t, y: batch_loss(t, y) * t.shape[0] / t.shape[1])
@wrong("This divides by all N · K entries, not by the N samples.", lambda t, y: batch_loss(t, y) / len(t.T))
@wrong(w.LOG_OF_SUM, lambda t, y: -np.log(np.sum(t * y, axis=1).mean()))
@wrong(w.EXCHANGED, lambda t, y: -np.mean(np.sum(y * np.log(t), axis=1)))
@wrong(w.ZERO_LOG_ZERO, lambda t, y: -np.mean(np.sum(t * np.log(y), axis=1)))
def batch_loss(T, Y):
    """Write a function `batch_loss(T, Y)`: from N one-hot rows and N dice, both of shape (N, K), to the mean
    loss of a sample, in nats. 0 · log 0 counts as 0, and an impossible class makes it ∞.
    Hint: Each row has one loss. How many are there to take the mean of?
    Why: It is the mean over the samples, not over all entries, and an impossible class costs ∞."""
    return -np.mean(np.log(Y[T == 1]))


@Task(8, [(DICE, [1, 3, 3, 2]), (DICE, [3, 3, 3, 2]), (SURE, [1, 2, 1]), (DICE[:1], [3]), (DICE[:1], [1])])
@wrong(w.OFF_BY_ONE, lambda dice, classes: share_right(dice, classes + 1))
@wrong("This is how many are right. Their share is asked for.", lambda y, k: len(y) * share_right(y, k))
@wrong(w.TRANSPOSED, lambda dice, classes: np.mean(dice.argmax(axis=0) + 1 == classes))
@wrong("This is the share of wrong answers.", lambda dice, classes: 1 - share_right(dice, classes))
@wrong("This is the mean probability of the true class.", lambda y, k: np.mean(y[np.arange(len(y)), k - 1]))
def share_right(Y, classes):
    """Write a function `share_right(Y, classes)`: from N dice, shape (N, K), and the true classes, numbers
    from 1 to K, to the share of samples whose most probable class is the true one.
    Hint: `argmax` finds the place of the largest entry. In which direction, and numbered from where?
    Why: It asks only which class is on top. The loss also asks how sure the classifier was."""
    return np.mean(Y.argmax(axis=1) + 1 == classes)


@Task(9, [(50_000, 50_000)], digits=None)
@wrong("Whoever knows the text by heart is sure of every token, and right: the perplexity is 1.", 1)
@wrong("Tokens are not equally frequent. Whoever knows that pays less for the frequent ones.", 3)
@wrong("Then it would lose more than the fair die: the perplexity would be above 50,000.", 4)
def what_has_it_learnt(perplexity, K):
    """A language model with K = 50,000 tokens has a perplexity of 50,000 on the text that it was trained on.
    What has it learnt? (1) The text, by heart. (2) Nothing: it does no better than the fair die. (3) How
    frequent each token is, without a look at those before. (4) To hold the tokens that come for less probable
    than the fair die does. Answer with the number of the explanation.
    Hint: Which loss goes with this perplexity, and which die has this loss?
    Why: Its loss is log 50,000. It is no better than the fair die with 50,000 faces, which knows nothing."""
    ranks = 1 / np.arange(1, K + 1)  # the second token half as frequent as the first, and so on
    shares = ranks / ranks.sum()
    losses = [0, np.log(K), -np.sum(shares * np.log(shares)), np.inf]
    return 1 + np.argmin(np.abs(np.exp(losses) - perplexity))


@Task(9, [(3.1,)])
@wrong("Bits are logarithms to base 2: take a power of 2, not of e or 10.", np.exp(3.1), 10**3.1)
@wrong("This is the loss in nats. The perplexity is asked for.", 3.1 * np.log(2))
@wrong("The loss was turned into nats the wrong way round: 1 bit is log 2 nats.", np.exp(3.1 / np.log(2)))
@wrong("The sign is turned round: this is the probability that a letter has, and below 1.", 2**-3.1)
def perplexity_from_bits(loss):
    """A model of letters reports a mean loss of 3.1 bits on held-out text. What is its perplexity?
    Hint: How many faces has a fair die that loses 3 bits?
    Why: A fair die with n faces loses log₂ n bits, and n is 2 to that power. In nats it is a power of e."""
    return 2**loss


@Task(9, [([[6, 2, 0], [1, 1, 2], [3, 0, 1]],), ([[90, 10], [1, 1]],), ([[0, 4], [2, 0]],)])
@usual(w.MINUS, w.BASE_2, w.BASE_10, w.SUM_FOR_MEAN)
@wrong("All rows weigh alike here.", lambda t: np.mean([conditional_entropy(r[None]) for r in t]))
@wrong("This is the entropy of a pair of letters.", lambda t: conditional_entropy(np.reshape(t, (1, -1))))
@wrong("This is a letter's entropy, whatever came before.", lambda t: conditional_entropy(t.sum(0)[None]))
@wrong("Rows and columns are exchanged: a row is the letter before.", lambda t: conditional_entropy(t.T))
@wrong(w.ZERO_LOG_ZERO, lambda t: -np.sum(t * np.log(t / t.sum(axis=1, keepdims=True))) / t.sum())
def conditional_entropy(table):
    """Write a function `conditional_entropy(table)`: from a table of counts (row i: what came after letter i,
    no row all 0) to the conditional entropy of a letter given the one before, in nats. 0 · log 0 counts as 0.
    Hint: What does each row lose with its own frequencies? Add that up over all rows, then take the mean.
    Why: The sum of all rows' losses, divided by the number of pairs, is the weighted mean of their floors."""
    dice = table / table.sum(axis=1, keepdims=True)
    seen = table > 0
    return 0 - np.sum(table[seen] * np.log(dice[seen])) / table.sum()


@Task(9, [([0.2, 0.3, 0.5], 0.5), ([0.2, 0.3, 0.5], 2), ([0, 0.4, 0.6], 3), ([0.2, 0.3, 0.5], 0.0005)])
@wrong("The scores were multiplied by τ, not divided by it.", lambda y, tau: with_temperature(y, 1 / tau))
@wrong("Nothing changes. Was τ left out, or the logarithm before dividing by it?", lambda y, tau: y)
@wrong(w.NOT_NORMALISED, lambda y, tau: y ** (1 / tau))
@wrong("The powers underflow: take the largest out first.", lambda y, tau: (p := y ** (1 / tau)) / p.sum())
@wrong("Probabilities were taken for scores, which are their logarithms.", lambda y, tau: softmax(y / tau))
def with_temperature(y, tau):
    """Write a function `with_temperature(y, tau)`: from a die y and a temperature τ to the die whose scores
    log yₖ were divided by τ. A face with probability 0 keeps it, and no τ above 0 may make NaN of a die.
    Hint: What is e to the power of (log yₖ) / τ? And which number can be taken out of all of them first?
    Why: It is yₖ to the power of 1/τ, divided by the sum. With the largest yₖ taken out, no sum is 0."""
    powers = (y / y.max()) ** (1 / tau)
    return powers / powers.sum()
