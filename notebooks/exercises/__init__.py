"""`check("mean_in_bits", answer)` says whether it is right, which usual mistake it is, or what differs."""

import inspect
import textwrap
from html import escape
from importlib import import_module

import numpy as np
from loaded_die.likelihood import shown

from .usual import EXERCISES

for number in range(1, 10):
    import_module(f"{__name__}.chapter_{number}")

UNANSWERED = "Not yet answered."
NAN = "NaN stands where 0 · log 0 should count as 0: a face that did not come up adds nothing."
UNDERFLOW = (
    "Something underflows to 0 on the way, or overflows. Its logarithm need not: stay with logarithms."
)
HIDDEN = "A small number inside the logarithm, or a 0 left out, hides that the result is infinite."


class Verdict(str):
    """What is said to an answer: its first words are "Right.", "Not yet." or "Not yet answered."."""

    def __repr__(self):
        return str(self)

    def _repr_html_(self):
        first, why = self.split(".", 1)
        return f'<div role="status"><b>{first}.</b>{escape(why)}</div>'


def check(name, answer):
    """The verdict on a number, an array or a function. A name that no exercise has raises a ValueError."""
    if not isinstance(name, str) or name not in EXERCISES:
        raise ValueError(f"there is no exercise {shown(name)}: the cell below a question has its name")
    task = EXERCISES[name]
    if answer is None or answer is ...:
        return Verdict(UNANSWERED)
    if task.kind == "function" and not callable(answer):
        return Verdict("Not yet. A function is asked for: give the name of yours, without brackets.")
    if task.kind != "function" and callable(answer):
        return Verdict("Not yet. A value is asked for, not a function.")
    way = answer if callable(answer) else lambda *_: answer
    results = [outcome(way, case) for case in task.cases]
    if all(str(result) == UNANSWERED for result in results):
        return Verdict(UNANSWERED)
    rights = [outcome(task.solve, case) for case in task.cases]
    fits = [agree(result, right, task.digits) for result, right in zip(results, rights)]
    if all(fits):
        return Verdict(f"Right. {task.solve.__doc__}")
    k = fits.index(False)
    told = difference(results[k], rights[k], task.digits)
    if callable(answer):
        given = zip(inspect.signature(task.solve).parameters, task.cases[k])
        told = f"For {', '.join(f'{name} = {show(value)}' for name, value in given)}: {told}"
    said = usual_mistake(task, results)
    if said and isinstance(results[k], str):  # an error in its own words, and why
        said = f"{told} {said}"
    return Verdict(f"Not yet. {said or told}")


def usual_mistake(task, results):
    """What is said to the usual mistake, or the two at once, that give these results; "" if none does."""
    digits = task.digits and task.digits - 1  # a wrong answer may be rounded a little more
    for said, way in [("", task.solve), *task.mistakes]:
        others = [outcome(way, case) for case in task.cases]
        if all(agree(result, other, digits) for result, other in zip(results, others)):
            return said
        if effect := infinite_or_nan(results, others):
            return f"{said} {effect}".strip()
    return ""


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
    if result is None:
        return "Nothing came back. Was the return forgotten?"
    if isinstance(result, str):
        return f"{shown(result)} is text. Without quotation marks Python reads the arithmetic."
    try:
        if np.asarray(result).dtype.kind in "cmMSU":  # else the imaginary part would be left out
            raise TypeError
        return np.array(result, dtype=float)
    except Exception:  # whatever a thing raises that should become a number
        return f"{shown(result)} cannot be read as a number or an array of numbers."


def agree(value, other, digits):
    """Whether two outcomes are the same: lines word for word, numbers to a unit of the last digit."""
    if isinstance(value, str) or isinstance(other, str):
        return str(value) == str(other)
    unit = 10.0**-digits if digits else 0
    return value.shape == other.shape and np.isclose(value, other, rtol=1e-9, atol=unit, equal_nan=True).all()


def infinite_or_nan(values, others):
    """What is said if the outcomes are much the same but for what is infinite or NaN; "" if they are not."""
    if any(isinstance(value, str) for value in [*values, *others]):
        return ""
    if [value.shape for value in values] != [other.shape for other in others]:
        return ""
    value, other = (np.concatenate([*map(np.ravel, each)]) for each in (values, others))
    effects = {
        HIDDEN: np.isfinite(value) & np.isinf(other),
        UNDERFLOW: np.isinf(value) & np.isfinite(other),
        NAN: np.isnan(value) & ~np.isnan(other),
    }
    for said, here in effects.items():
        alike = np.isclose(value, other, rtol=0.01, atol=0.01) | here
        if here.any() and alike.all() and not here.all():
            return said
    return ""


def difference(value, right, digits):
    """How a wrong value differs from the right one, without giving that away."""
    if isinstance(value, str):
        return value
    if value.shape != right.shape:
        return (
            f"{show(value)} has the shape {value.shape}, and {right.shape or 'a single number'} is asked for."
        )
    if right.ndim:
        fits = [agree(one, other, digits) for one, other in zip(value.flat, right.flat)]
        place = np.unravel_index(fits.index(False), right.shape)
        entry = ", ".join(str(index + 1) for index in place)
        told = difference(value[place], right[place], digits)
        return f"{show(value)} has {sum(fits)} of {len(fits)} entries right. Entry {entry}: {told}"
    if np.isnan(value):
        return "NaN is no number. Is there a 0/0, a 0 · ∞ or an ∞ − ∞?"
    if digits and abs(value - right) <= 20 * 10.0**-digits:
        return f"{show(value)} is close. Was something rounded on the way?"
    return f"{show(value)} is too {'large' if value > right else 'small'}."


def show(value):
    """A number or an array in a message."""
    style = dict(threshold=24, separator=", ", formatter={"float_kind": "{:.7g}".format})
    return " ".join(np.array2string(np.add(value, 0.0), **style).split())
