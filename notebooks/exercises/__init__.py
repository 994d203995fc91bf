"""`check("mean_in_bits", answer)` says whether it is right, which usual mistake it is, or what differs."""

import inspect
import textwrap
from html import escape
from importlib import import_module

import numpy as np
from loaded_die.likelihood import shown

from .usual import EXERCISES

for chapter in range(1, 10):
    import_module(f"{__name__}.chapter_{chapter}")

UNANSWERED = "Not yet answered."
NAN = "NaN is no number. Is there a 0/0, a 0 · ∞ or an ∞ − ∞?"
UNDERFLOW = "Something underflows or overflows on the way. Its logarithm need not: stay with logarithms."
HIDDEN = "A small number inside the logarithm, or a 0 left out, hides that the result is infinite."


class Verdict(str):
    """What is said to an answer: its first words are "Right.", "Not yet." or "Not yet answered."."""

    __repr__ = str.__str__

    def _repr_html_(self):
        first, why = self.split(".", 1)
        return f'<div role="status"><b>{first}.</b>{escape(why)}</div>'


def check(name, answer):
    """The verdict on a number, an array or a function. A name that no exercise has raises a ValueError."""
    if not isinstance(name, str) or name not in EXERCISES:
        raise ValueError(f"there is no exercise {shown(name)}: the cell below a question has its name")
    task = EXERCISES[name]
    if task.kind == "function" and not callable(answer):
        return Verdict("Not yet. A function is asked for: give the name of yours, without brackets.")
    if task.kind != "function" and callable(answer):
        return Verdict("Not yet. A value is asked for, not a function.")
    way = answer if callable(answer) else lambda *_: answer
    results = [outcome(way, case) for case in task.cases]
    rights = [outcome(task.solve, case) for case in task.cases]
    fits = [agree(result, right, task.unit) for result, right in zip(results, rights)]
    if all(fits):
        return Verdict(f"Right. {task.solve.__doc__}")
    k = fits.index(False)
    if str(results[k]) == UNANSWERED:
        return Verdict(UNANSWERED)
    told = difference(results[k], rights[k], task.unit)
    if callable(answer):
        given = zip(inspect.signature(task.solve).parameters, task.cases[k])
        told = f"For {', '.join(f'{letter} = {show(value)}' for letter, value in given)}: {told}"
    said = usual_mistake(task, results)
    return Verdict(f"Not yet. {told if said in told else said}")


def outcome(function, case):
    """What the function makes of its own copies of the arguments: a float array, or a line why it is none."""
    copies = [np.array(value) if np.ndim(value) else value for value in case]
    try:
        with np.errstate(all="ignore"):  # inf and NaN are spoken of in the verdict
            result = function(*copies)
    except Exception as error:  # told in its own words
        return f"{type(error).__name__}: {textwrap.shorten(str(error), 200, placeholder='…')}."
    if result is ...:
        return UNANSWERED
    try:
        return np.asarray(result).astype(float, casting="same_kind")  # no text, no imaginary part
    except Exception:  # whatever a thing raises that should become a number
        return f"{shown(result)} is no number or array. Was a return forgotten, or is it in quotation marks?"


def agree(value, other, unit):
    """Whether two outcomes are the same: lines word for word, numbers to a unit."""
    if isinstance(value, str) or isinstance(other, str):
        return str(value) == str(other)
    return value.shape == other.shape and np.allclose(value, other, rtol=1e-9, atol=unit)


def usual_mistake(task, results):
    """What is said to the usual mistake, or the two at once, that give these results; "" if none does."""
    for said, way in [("", task.solve), *task.solve.mistakes]:
        others = [outcome(way, case) for case in task.cases]
        if all(agree(result, other, 10 * task.unit) for result, other in zip(results, others)):
            return said  # a wrong answer may be rounded a little more
        if effect := infinite_or_nan(results, others):
            return f"{said} {effect}".strip()
    return ""


def infinite_or_nan(results, others):
    """What is said if the outcomes are much the same but for infinities and NaN; "" if they are not."""
    value, other = (np.concatenate([*map(np.ravel, each)]) for each in (results, others))
    if value.dtype != float or other.dtype != float or value.shape != other.shape:
        return ""
    here = (np.isinf(value) != np.isinf(other)) | (np.isnan(value) != np.isnan(other))
    alike = here | np.isclose(value, other, rtol=0.01, atol=0.01)
    both_finite = np.isfinite(value) & np.isfinite(other)
    if not here.any() or not alike.all() or not both_finite.any():
        return ""
    if np.isnan(value[here]).any():
        return NAN
    return UNDERFLOW if np.isinf(value[here]).any() else HIDDEN


def difference(value, right, unit):
    """How a wrong value differs from the right one, without giving that away."""
    if isinstance(value, str):
        return value
    if value.shape != right.shape:
        given, asked = (f"an array of shape {it.shape}" if it.ndim else "a number" for it in (value, right))
        return f"{show(value)} is {given}, and {asked} is asked for."
    place = tuple(np.argwhere(~np.isclose(value, right, rtol=1e-9, atol=unit))[0])
    where = f"{show(value)}, entry {', '.join(str(k + 1) for k in place)}: " if place else ""
    if np.isnan(value[place]):
        return f"{where}{NAN}"
    if abs(value[place] - right[place]) <= 20 * unit:
        return f"{where}{show(value[place])} is close. Was something rounded on the way?"
    return f"{where}{show(value[place])} is too {'large' if value[place] > right[place] else 'small'}."


def show(value):
    """A number or an array in a message."""
    style = dict(threshold=24, separator=", ", formatter={"float_kind": "{:.7g}".format})
    return " ".join(np.array2string(np.add(value, 0.0), **style).split())
