"""The hand on the die: sliders, a number each, from which a die follows. No picture is known here.

A move goes slider -> hand -> whoever asked with `on_change`, and nothing comes back. A number that the
page has to round it would return, late, and it would pass for a move: 130 moves of a hand became 1,174
events, and never came to rest. So each slider stands on a stop of the page's own, to the last digit.
"""

from collections import deque
from functools import wraps
from html import escape
from math import ceil, log2, log10
from threading import RLock

import numpy as np
from ipywidgets import HTML, Button, FloatSlider, HBox, Layout, ToggleButton, VBox
from traitlets import validate

from . import likelihood, words

TENTH = 0.1  # of a slider for a score or a feature; its range is 10 or 1 times a power of two
REACH = 5  # of a slider for a score, to both sides
FIT = dict(width="auto")
LOCK = dict(width="34px", flex="0 0 auto", padding="0")
# In the page: names for the sliders to be read aloud, which ipywidgets has none for, and keys that are
# theirs (Notebook 7 takes the arrows otherwise). A number typed over one counts as it is meant, or not at
# all: ipywidgets reads 0,3 as 0, 1/3 as 1 and 30 as the most there is. And it hears of a field that is left
# without Enter only by a blur that bubbles, which no browser's does.
# A press that comes after a move waits its turn, until the kernel has answered: ipywidgets holds moves back
# until it has, but no presses, which would overtake them.
# A field takes no more than it can use: 50 MB pasted would break the connection to the kernel.
# The loss is read aloud when the hand has let go and half a second has passed, not at each step of a drag.
SCRIPT = r"""<style onload="
    const box = this.closest('.loaded-die'), all = parts => box.querySelectorAll(parts), waiting = [];
    let moved = false, held = false, turn = '', timer;
    const rest = () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
            if (held || !box.isConnected) return;
            const [said, now] = ['.loss-said', '.loss-readout'].map(part => all(part)[0]);
            if (said.textContent !== now.textContent) said.textContent = now.textContent;
        }, 500);
    };
    const letGo = () => { held = false; rest(); };
    const look = () => {
        rest();
        all('input').forEach(field => { field.maxLength = 1000; });
        all('.widget-play button').forEach((button, k) => button.setAttribute('aria-label', PLAY[k]));
        all('.die-row .noUi-handle').forEach(handle => {
            const {name} = handle.closest('.die-row').querySelector('[data-name]').dataset;
            handle.setAttribute('aria-label', name);
            handle.dataset.lmSuppressShortcuts = 'true';
        });
        const now = all('.turn')[0]?.textContent ?? turn;
        if (now === turn) return;
        turn = now;
        moved = false;
        all('.die-row').forEach(row => { row.inert = false; });
        waiting.splice(0).forEach(button => button.click());
    };
    const on = (types, act) => types.forEach(type => box.addEventListener(type, act, true));
    on(['pointerdown', 'keydown'], event => { moved ||= event.target.closest('.die-row') !== null; });
    on(['pointerdown'], () => { held = true; window.addEventListener('pointerup', letGo, {once: true}); });
    on(['click'], event => {
        const button = event.target.closest('button:not(.turn)');
        if (!button || !moved) return;
        event.stopImmediatePropagation();
        all('.die-row').forEach(row => { row.inert = true; });
        if (waiting.push(button) === 1) all('.turn')[0].click();
    });
    on(['keydown', 'blur'], event => {
        const readout = event.target;
        if (!readout.matches('.widget-readout') || (event.key ?? 'Enter') !== 'Enter') return;
        const text = readout.textContent.trim().replace(',', '.').replace('−', '-');
        const handle = readout.closest('.die-row').querySelector('.noUi-handle');
        const [low, high] = ['min', 'max'].map(end => Number(handle.getAttribute(`aria-value${end}`)));
        const counts = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) && text >= low && text <= high;
        readout.textContent = counts ? text : '';  // then ipywidgets puts back what was there
        if (!event.bubbles) readout.dispatchEvent(new Event('blur', {bubbles: true}));
    });
    new MutationObserver(look).observe(box, {childList: true, subtree: true});
    look();"></style><div class="loss-said" role="status"></div>""".replace("PLAY", str(words.PLAY))

_alone = RLock()


def alone(action):
    """Have the action wait until another is done: JupyterLab runs moves on another thread than cells."""

    @wraps(action)
    def guarded(*args, **options):
        with _alone:
            return action(*args, **options)

    return guarded


def in_one_order(widget):
    """Have the kernel take what the page sends to this widget and its children in the order of the page.

    ipykernel 7.4 takes it on the thread on which each of them spoke last, and a press, left behind a
    busy cell, would undo what a hand did after it. No public way was found to tell it otherwise.
    """
    for part in getattr(widget, "children", ()):
        in_one_order(part)
    widget.comm._reply_subshell_for = lambda _, addressed: addressed


class Stored(VBox):
    """Alive on the page; `stored` gives the data and metadata to keep for wherever no kernel runs."""

    _ipython_display_ = None  # which ipywidgets 7, as on Colab, would show in place of these

    def _repr_mimebundle_(self, **kwargs):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        data, metadata = self.stored()
        return {"application/vnd.jupyter.widget-view+json": view} | data, metadata

    def stored(self):
        return self._stored, {}


class Slider(FloatSlider):
    """A slider that stands on its stops, each to the last digit as the page (noUiSlider) has it."""

    def stop(self, number):
        """The stop nearest to a number."""
        stop = self.min + round(float(number) - self.min, round(-log10(self.step)))
        return min(max(stop, self.min), self.max)

    @validate("value")
    def _validate_value(self, proposal):
        return self.stop(proposal["value"])

    def send_state(self, key=None):
        # In one message the page takes max, min and value one after the other, as they stand there.
        super().send_state(sorted(key) if isinstance(key, set) else key)


class Hand(VBox):
    """Sliders under the reader's hand, one for each of some numbers from which a die follows.

    Here each slider moves alone. A kind of hand says in `probabilities` which die its numbers make, and
    what `letter` they have. `signs` stand before the sliders, `names` are read aloud. With a `target`, the
    counts of the rolls, there are buttons for these and for the fair die, which call `_spread`.
    """

    locks = ()

    def __init__(self, target, values, sliders, signs, names, *beside):
        self.sliders, self._values = sliders, np.array(values, dtype=float)
        self._history, self._by, self._callbacks = deque(maxlen=100), None, []
        self.undo = button(words.UNDO, self._undo, "undo")
        turn = button("0", lambda: setattr(turn, "description", str(int(turn.description) + 1)))
        turn.layout.display = "none"
        buttons = [self.undo, turn.add_class("turn")]
        if target is not None:
            self.fair = button(words.FAIR, lambda: self._spread(np.ones(len(sliders))))
            self.match = button(words.MATCH, lambda: self._spread(self.target))
            buttons = [self.fair, self.match, *buttons]
            self.aim(target)
        width = max(map(len, signs))
        rows = [slider_row(width, *row) for row in zip(signs, names, sliders, *beside)]
        super().__init__([*rows, HBox(buttons, layout=Layout(flex_flow="row wrap"))])
        self._follow()
        for k, slider in enumerate(sliders):
            slider.observe(lambda change, k=k: self._slider_moved(k, change.new), "value")

    def aim(self, target):
        """Have the button "Match the rolls" go to these counts."""
        self.target = target

    @property
    def values(self):
        """The numbers, one a slider. Set all at once; what `_check` refuses changes nothing."""
        return self._values.copy()

    @values.setter
    def values(self, values):
        self._become(self._check(values))

    def _check(self, values):
        """The numbers as an array, one a slider, or a ValueError."""
        values = likelihood.as_numbers(values, self.letter)
        if values.shape != self._values.shape:
            rule = f"it needs {len(self._values)} numbers in a row"
            raise ValueError(f"{self.letter} has shape {values.shape}: {rule}")
        return values

    def on_change(self, callback):
        """Call `callback()` whenever the numbers have changed."""
        self._callbacks.append(callback)

    @alone
    def _slider_moved(self, k, new):
        if new != self.sliders[k].stop(self._values[k]):  # else it is our own doing
            self._become(self._moved(k, round(new, 9)), by=k)

    def _moved(self, k, new):
        """The numbers once slider k is at `new`."""
        return np.where(np.arange(len(self._values)) == k, new, self._values)

    @alone
    def _become(self, values, by=None):
        """Take on new numbers; all moves of one slider in a row are one step for undo."""
        if not np.array_equal(values, self._values):
            if by is None or by != self._by:
                self._history.append(self._values)
            self._by = by
        self._take(values)

    @alone
    def _undo(self):
        if self._history:
            self._by = None
            self._take(self._history.pop())

    def _take(self, values):
        self._values = values
        for callback in self._callbacks:
            callback()
        self._follow()

    def _follow(self):
        """Bring every slider to its number."""
        self.undo.disabled = not self._history
        for slider, number in zip(self.sliders, self._values):
            slider.value = number


class Die(Hand):
    """Sliders that are one die: each probability in [0, 1], their sum always 1.

    Moving face k to v shares what is left among the other unlocked faces in the proportions they had.
    """

    def __init__(self, target, names):
        said, K = spoken(names), len(names)
        self.locks = [ToggleButton(icon="unlock", tooltip=words.LOCK.format(k), layout=LOCK) for k in said]
        for lock in self.locks:
            lock.observe(lambda _: self._show_locks(), "value")
        sliders, fair = [Slider(min=0, max=1, step=0.01) for _ in names], np.full(K, 1 / K)
        super().__init__(target, fair, sliders, names, map(words.SLIDER.format, said), self.locks)

    probabilities = Hand.values  # the die y, K of them that sum to 1; the locks stay as they are

    def _check(self, y):
        return likelihood.check_probabilities(y, len(self.sliders))

    def _moved(self, k, new):
        free, y = self._free(), self._values.copy()
        if free[k] and free.sum() > 1:  # else it has no choice, and returns to where it was
            room = max(0, 1 - y[~free].sum())
            free[k] = False
            y[k] = min(new, room)
            y[free] = share(room - y[k], y[free])
        return y

    @alone
    def _spread(self, weights):
        """Share out all that is not locked in proportion to the weights."""
        free, y = self._free(), self._values.copy()
        y[free] = share(max(0, 1 - y[~free].sum()), weights[free])
        self.probabilities = y

    def _free(self):
        return np.array([not lock.value for lock in self.locks])

    @alone
    def _show_locks(self):
        free = self._free()
        for slider, lock, is_free in zip(self.sliders, self.locks, free):
            slider.disabled = bool(not is_free or free.sum() == 1)  # the last one free cannot move
            lock.icon = "unlock" if is_free else "lock"


class Scores(Hand):
    """Sliders that are free: one score a face, any number at all, and softmax makes a die of them."""

    def __init__(self, target, names):
        said = map(words.SCORE.format, spoken(names))
        sliders = [Slider(min=-REACH, max=REACH, step=TENTH, readout_format=".1f") for _ in names]
        super().__init__(target, np.zeros(len(names)), sliders, names, said)

    letter, scores = "z", Hand.values  # K finite numbers

    @property
    def probabilities(self):
        """The die y = softmax(z). Setting it sets the scores that make it and whose sum is 0."""
        return likelihood.softmax(self._values)

    @probabilities.setter
    def probabilities(self, y):
        y = likelihood.check_probabilities(y, len(self.sliders))
        if not y.all():
            raise ValueError("y contains 0: softmax gives every face more than 0, no scores make this die")
        self.scores = np.log(y) - np.log(y).mean()

    def aim(self, target):
        super().aim(target)
        self.match.disabled = not np.all(target)  # no scores make a face impossible

    def follow(self, z):
        """Take on the scores z; all that follow in a row are one step for undo."""
        self._become(self._check(z), by="follow")

    def _spread(self, weights):
        self.probabilities = weights / weights.sum()

    def _follow(self):
        # A score beyond the sliders' range widens it, and gives the room back when it returns.
        reach = REACH * 2.0 ** max(0, ceil(log2(max(abs(self._values).max(), 1) / REACH)))
        if reach != self.sliders[0].max:
            for slider, score in zip(self.sliders, self._values):
                with slider.hold_sync():  # the page has to hear of range and number at once, else it rounds
                    slider.value = score  # before the range shrinks, which would move a slider beyond it
                    slider.min, slider.max = -reach, reach
                    slider.value = score
        super()._follow()


class Point(Hand):
    """Sliders that are a point before a classifier: a slider a feature, between its `lows` and `highs`.

    `predict` takes an array (N, D) of points and returns their dice, an array (N, K).
    """

    def __init__(self, predict, point, lows, highs, features):
        self._predict, self._features = predict, features
        style = dict(step=TENTH, readout_format=".1f")
        sliders = [Slider(min=low, max=high, value=low, **style) for low, high in zip(lows, highs)]
        super().__init__(None, point, sliders, features, features)

    letter, point = "point", Hand.values  # one number a feature

    @property
    def probabilities(self):
        """The die y that the classifier makes for this point."""
        return likelihood.check_probabilities(self._predict(self._values[np.newaxis])[0])

    def _check(self, point):
        point = super()._check(point)
        for x, name, slider in zip(point, self._features, self.sliders):
            if not slider.min <= x <= slider.max:
                rule = f"{likelihood.shown(name)} goes from {slider.min:g} to {slider.max:g} here"
                raise ValueError(f"point contains {x:g}: {rule}")
        return point


def share(total, weights):
    """Split `total` in proportion to the weights; equally if they are all 0."""
    weights = weights if weights.any() else np.ones_like(weights)
    return total * (weights / weights.sum())


def spoken(names):
    """What the faces are called aloud: the signs of a die's faces by their numbers."""
    return range(1, len(names) + 1) if tuple(names) == words.FACES[: len(names)] else names


def button(description, action, icon=""):
    """A button for an action."""
    made = Button(description=description, icon=icon, layout=FIT)
    made.on_click(lambda _: action())
    return made


def slider_row(width, sign, name, slider, *beside):
    """A sign of at most `width` letters, its slider, and what is beside it. SCRIPT needs its name."""
    style = 'class="die-face"' if width == 1 else f'style="display: inline-block; min-width: {0.6 * width}em"'
    label = HTML(f'<span {style} data-name="{escape(name)}" aria-hidden="true">{escape(sign)}</span>')
    slider.tooltip, slider.layout.flex, slider.layout.width = name, "1 1 auto", "auto"
    row = HBox([label, slider, *beside], layout=Layout(align_items="center", width="100%"))
    return row.add_class("die-row")
