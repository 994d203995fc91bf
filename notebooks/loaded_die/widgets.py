"""The hand on the die: six sliders that are one die, and an explorer for each chapter.

Only this file knows both the maths and the pictures. A move goes slider -> die -> picture and
loss; nothing comes back. Everything a reader can do here can be done from code as well:
`explorer.die.probabilities = [...]`, `explorer.die.locks[2].value = True`, `explorer.description`.
"""

import asyncio
import base64
import json
import math
from collections import deque
from contextlib import ExitStack
from html import escape

import numpy as np
from ipywidgets import (
    HTML,
    Button,
    FloatSlider,
    GridBox,
    HBox,
    Layout,
    Play,
    SelectionSlider,
    ToggleButton,
    ToggleButtons,
    VBox,
)
from traitlets import validate

from . import likelihood, pictures, rolls, words

STEP = 0.01  # of a slider for a probability
SCORE_STEP, REACH = 0.1, 5  # of a slider for a score, and how far it goes to both sides
POINT_STEP = 0.1  # of a slider for a feature
RATES = (0.1, 0.3, 1, 2, 4, 8, 12, 20)
REST = 0.15  # seconds without a move after which the hand counts as resting

FIT = Layout(width="auto", align_self="flex-start")
ROW = Layout(align_items="center", width="100%")
SLIDER = Layout(flex="1 1 auto", width="auto")
LOCK = Layout(width="34px", flex="0 0 auto", padding="0")
LABEL = Layout()
LAYER = Layout(grid_area="1 / 1 / 2 / 2", margin="0", width="100%")
STYLE = f"""<style>
.loaded-die svg {{ display: block; width: 100%; stroke-linejoin: round; }}
.loaded-die svg text {{ font-family: var(--jp-ui-font-family, sans-serif) !important; }}
.loaded-die .loss-readout {{ font-size: 26px; line-height: 1.4; font-variant-numeric: tabular-nums; }}
.loaded-die .die-face {{ font-size: 24px; line-height: 1; display: inline-block; }}
.loaded-die .noUi-connect {{ background: {pictures.MODEL}; }}
.loaded-die .die-face.word {{ font-size: inherit; }}
.loaded-die .widget-toggle-buttons button {{ margin: 2px 0; }}
.loaded-die .widget-readout {{ min-width: 44px; font-variant-numeric: tabular-nums; }}
</style>"""


class Slider(FloatSlider):
    """A slider that stands at its stops alone, each to the last digit as the page has it.

    Any other number the page would round and return, late, as if a hand had moved the slider. It
    (noUiSlider 15) counts steps in percent of the range, which may make -1.7000000000000002 of -1.7.
    """

    def nearest_stop(self, value):
        """The stop nearest to a number, by the page's own arithmetic."""
        width = self.max - self.min
        percent = self.step * 100 / width
        place = math.floor((value - self.min) * 100 / width / percent + 0.5) * percent
        if value >= self.max or place >= 100:
            return self.max
        return max(self.min, place * width / 100 + self.min)

    @validate("value")
    def _validate_value(self, proposal):
        return self.nearest_stop(proposal.value)

    def send_state(self, key=None):
        # In one message the page takes max, min and value one after the other, as they stand there.
        super().send_state(sorted(key) if isinstance(key, set) else key)


class Hand(VBox):
    """Sliders under the reader's hand, one for each of some numbers from which a die follows.

    Here each slider moves alone. A kind of hand says in `probabilities` what die its numbers make,
    and in `_check` which numbers it takes.
    """

    locks = ()
    names = ()  # of the faces

    def __init__(self, buttons=()):
        self._timer, self._callbacks = None, []
        self.undo = Button(description=words.UNDO, icon="undo", layout=FIT)
        self.undo.on_click(lambda _: self._undo())
        buttons = HBox([*buttons, self.undo], layout=Layout(flex_flow="row wrap"))
        super().__init__([buttons])

    def use(self, target, names):
        """Take other counts for `target`; other names get sliders of their own and begin anew."""
        self.target = target
        if names != self.names:
            self.names = names
            self._begin()
        self._take_on(self._state)

    def _put(self, state, sliders, signs, names, beside=()):
        """Begin with this state, and lay its sliders under the hand in place of those that are there."""
        *gone, buttons = self.children
        if self._timer:
            self._timer.cancel()
        self._state, self.sliders = np.array(state, dtype=float), sliders
        self._history, self._hand, self.undo.disabled = deque(maxlen=100), None, True
        for k, (slider, name) in enumerate(zip(sliders, names)):
            slider.style.handle_color = pictures.MODEL
            slider.tooltip = name
            slider.value = self._state[k]
            slider.observe(lambda change, k=k: self._slider_moved(k, change.new), "value")
        width = max(map(pictures.em, signs))
        labels = [HTML(slider_label(sign, name, width), layout=LABEL) for sign, name in zip(signs, names)]
        rows = [slider_row(*row) for row in zip(labels, sliders, *beside)]
        self.children = [*rows, buttons]
        for row in gone:
            discard(row)

    @property
    def values(self):
        """The numbers, one a slider. Set all at once; what `_check` refuses changes nothing."""
        return self._state.copy()

    @values.setter
    def values(self, values):
        self._become(self._check(values))
        self._rest()

    def on_change(self, callback):
        """Call `callback()` whenever the probabilities, or the counts to match, have changed."""
        self._callbacks.append(callback)

    def _become(self, state, hand=None):
        """Take on a new state; all moves of one hand until it rests are one step for undo."""
        if hand is None or hand != self._hand:
            self._history.append(self._state)
        self._hand = hand
        self._take_on(state)

    def _take_on(self, state):
        self._state = state
        for callback in self._callbacks:
            callback()

    def _slider_moved(self, k, new):
        if abs(new - self.sliders[k].nearest_stop(self._state[k])) < 1e-9:
            return  # our own doing: no hand moved
        state = self._moved(k, round(new, 9))
        if state is not None:
            self._become(state, hand=k)
        self._rest_soon()

    def _moved(self, k, new):
        """The numbers once slider k is at `new`; None if it has to return to where it was."""
        state = self._state.copy()
        state[k] = new
        return state

    def _undo(self):
        if not self._history:
            return
        self._take_on(self._history.pop())
        self._rest()

    def _rest_soon(self):
        """Bring the other sliders along once the hand rests: at each move it would have to fight them."""
        if self._timer:
            self._timer.cancel()
        try:
            self._timer = asyncio.get_running_loop().call_later(REST, self._rest)
        except RuntimeError:  # plain Python, no page and no hand to wait for
            self._rest()

    def _rest(self):
        self._hand = None
        self.undo.disabled = not self._history
        for slider, number in zip(self.sliders, self._state):
            slider.value = number


class Die(Hand):
    """Sliders that are one die: each probability in [0, 1], their sum always 1.

    Moving face k to v shares what is left among the other unlocked faces in the proportions they
    had. `target` are the counts that the button "Match the rolls" goes to.
    """

    def __init__(self, target, names):
        self.fair = Button(description=words.FAIR, layout=FIT)
        self.match = Button(description=words.MATCH, layout=FIT)
        self.fair.on_click(lambda _: self._spread(np.ones(len(self.names))))
        self.match.on_click(lambda _: self._spread(self.target))
        super().__init__([self.fair, self.match])
        self.use(target, names)

    def _begin(self):
        sliders = [Slider(min=0, max=1, step=STEP, layout=SLIDER) for _ in self.names]
        self.locks = [ToggleButton(icon="unlock", layout=LOCK) for _ in self.names]
        fair, said = np.full(len(self.names), 1 / len(self.names)), spoken(self.names)
        for lock, name in zip(self.locks, said):
            lock.tooltip = words.LOCK.format(name)
            lock.observe(lambda _: self._show_locks(), "value")
        self._put(fair, sliders, self.names, [words.SLIDER.format(name) for name in said], [self.locks])

    probabilities = Hand.values  # the die y, K of them that sum to 1; the locks stay as they are

    def _check(self, y):
        return likelihood.check_probabilities(y, len(self.sliders))

    def _moved(self, k, new):
        free, y = self._free(), self._state.copy()
        if not free[k] or free.sum() == 1:
            return None  # it has no choice
        room = 1 - y[~free].sum()
        free[k] = False
        y[k] = min(new, room)
        y[free] = share(room - y[k], y[free])
        return y

    def _spread(self, weights):
        """Share out all that is not locked in proportion to the weights."""
        free, y = self._free(), self._state.copy()
        y[free] = share(1 - y[~free].sum(), weights[free])
        self.probabilities = y

    def _free(self):
        return np.array([not lock.value for lock in self.locks])

    def _show_locks(self):
        free = self._free()
        for slider, lock, is_free in zip(self.sliders, self.locks, free):
            slider.disabled = bool(not is_free or free.sum() == 1)  # the last one free cannot move
            lock.icon = "unlock" if is_free else "lock"


class Scores(Hand):
    """Sliders that are free: one score a face, any number at all, and softmax makes a die of them."""

    def __init__(self, target, names):
        self.fair = Button(description=words.FAIR, layout=FIT)
        self.match = Button(description=words.MATCH, layout=FIT)
        self.fair.on_click(lambda _: setattr(self, "scores", np.zeros(len(self.names))))
        self.match.on_click(lambda _: setattr(self, "probabilities", likelihood.frequencies(self.target)))
        super().__init__([self.fair, self.match])
        self.use(target, names)

    def use(self, target, names):
        self.match.disabled = not np.all(target)  # no scores make a face impossible
        super().use(target, names)

    def _begin(self):
        style = dict(min=-REACH, max=REACH, step=SCORE_STEP, readout_format=".1f", layout=SLIDER)
        sliders, said = [Slider(**style) for _ in self.names], spoken(self.names)
        self._put(np.zeros(len(said)), sliders, self.names, [words.SCORE.format(name) for name in said])

    scores = Hand.values  # z, K finite numbers

    @property
    def probabilities(self):
        """The die y = softmax(z). Setting it sets the scores that make it and whose sum is 0."""
        return likelihood.softmax(self._state)

    @probabilities.setter
    def probabilities(self, y):
        y = likelihood.check_probabilities(y, len(self.sliders))
        if not y.all():
            raise ValueError("y contains 0: softmax gives every face more than 0, no scores make this die")
        self.scores = np.log(y) - np.log(y).mean()

    def follow(self, z):
        """Take on the scores z as a hand does: the sliders come along once it rests."""
        self._become(self._check(z), hand="follow")
        self._rest_soon()

    def _check(self, z):
        z = likelihood.as_numbers(z, "z")
        if z.shape != self._state.shape:
            raise ValueError(f"z has shape {z.shape}: this die needs {len(self._state)} scores in a row")
        return z

    def _rest(self):
        # A score beyond the sliders' range widens it, and gives the room back when it returns.
        reach = max(REACH, float(np.ceil(abs(self._state).max())))
        with ExitStack() as together:  # the page has to hear of range and number at once, else it rounds
            for slider in self.sliders:
                together.enter_context(slider.hold_sync())
                slider.max = max(reach, slider.max)
                slider.min = -slider.max
            super()._rest()
            for slider in self.sliders:
                slider.min, slider.max = -reach, reach
            super()._rest()  # another range may have its stops at other last digits


def share(total, weights):
    """Split `total` in proportion to the weights; equally if they are all 0."""
    if weights.sum() == 0:
        weights = np.ones_like(weights)
    return max(total, 0) * (weights / weights.sum())


def slider_row(*widgets):
    """A label, a slider, and what stands beside it."""
    row = HBox(widgets, layout=ROW)
    row.add_class("die-row")
    return row


def discard(widget):
    """Close a row of widgets, of which the page and the kernel would keep all they are made of."""
    for part in (*getattr(widget, "children", ()), getattr(widget, "style", None), widget):
        if part is not None and part is not widget:
            discard(part)
    widget.close()


def spoken(names):
    """What the faces are called aloud: the signs of a die's faces by their numbers."""
    return range(1, len(names) + 1) if names == words.FACES[: len(names)] else names


def slider_label(sign, name, width=1):
    """A slider's sign; on arrival in the page it gives the slider beside it its name to be read aloud.

    `width` in font sizes is that of the column of signs.

    ipywidgets' sliders have no accessible name of their own, and no option for one. The slider keeps its
    keys, too: Notebook 7 would take the arrows, and go to another cell.
    """
    kind = "die-face word" if width > 1.2 else "die-face"
    style = f"min-width: {width + 0.2:.1f}em"
    sign = f'<span class="{kind}" style="{style}" aria-hidden="true">{escape(sign)}</span>'
    return f"""{sign}<style onload="
        const row = this.closest('.die-row');  // null if it was taken away before this ran
        const name = () => row.querySelectorAll('.noUi-handle').forEach(handle => {{
            handle.setAttribute('aria-label', {escape(json.dumps(name))});
            handle.dataset.lmSuppressShortcuts = 'true';
        }});
        if (row) {{
            new MutationObserver(name).observe(row, {{childList: true, subtree: true}});
            name();
        }}">.die-row {{}}</style>"""


class Explorer(VBox):
    """A die under sliders, its loss on the data, and a picture of both.

    `rolls` are faces from 1 to K. A chapter's own explorer adds the panel at the right.
    """

    def __init__(self, rolls=likelihood.ROLLS, names=words.FACES, extra=()):
        names = tuple(names)
        t = likelihood.counts(rolls, len(names))
        self.die = self._hand(t, names)
        self._readout, self._still, self._moving = HTML(), HTML(layout=LAYER), HTML(layout=LAYER)
        self.die.on_change(self._show)
        self._take(t, names)
        hand = VBox([self.die, *extra], layout=Layout(flex="1 1 280px", max_width="380px"))
        picture = GridBox([self._still, self._moving], layout=Layout(flex="2 1 420px", max_width="900px"))
        super().__init__([self._readout, HBox([hand, picture], layout=Layout(flex_flow="row wrap"))])
        self.add_class("loaded-die")

    def _hand(self, t, names):
        """What the reader moves."""
        return Die(t, names)

    def _take(self, t, names):
        """Take on the counts t: the picture first, then the hand, which tells all that listen."""
        self.t, self.names = t, names
        self._draw()
        self.die.use(t, names)

    def _draw(self):
        """Build the picture for the data t; what moves in it has no place yet."""
        self.rolls = int(self.t.sum())
        self.f = likelihood.frequencies(self.t)
        self.least = likelihood.cross_entropy(self.t, self.f)
        fair = self.rolls * np.log(len(self.f))
        self.picture = pictures.LivePicture()
        self._meter = self.picture.panel(
            pictures.Meter, 30, 312, 536, 38, self.least, fair, self.least + 1.2 * fair + 3
        )
        self._bars = self.picture.panel(pictures.Bars, 30, 52, 236, 196, self.names, self.f, *self._labels())
        self._panel = self._add_panel()
        self._still.value = STYLE + self.picture.still()

    def _show(self):
        """One move: read the die, set the artists, put the new layer and the loss on the page."""
        y = self.die.probabilities
        self.loss = self._loss(y)
        self._meter.show(self.loss)
        self._bars.show(y)
        self._show_panel(y)
        self._moving.value = self.picture.frame(self.description)
        self._readout.value = f'<div class="loss-readout" aria-live="polite">{self.loss_text}</div>'

    def _loss(self, y):
        return likelihood.cross_entropy(self.t, y)

    def _labels(self):
        """What the hatched and the solid bars are called."""
        return words.THE_ROLLS.format(self.rolls) if self.rolls > 1 else words.THE_ROLL, words.YOUR_DIE

    def _data(self):
        """What the loss is the loss of."""
        many = self.rolls > 1
        return words.SOME_ROLLS.format(self.rolls) if many else words.ONE_FACE.format(self.t.argmax() + 1)

    @property
    def loss_text(self):
        """The loss as the reader sees it."""
        finite = np.isfinite(self.loss)
        return words.LOSS.format(pictures.number(self.loss)) if finite else words.LOSS_INFINITE

    @property
    def description(self):
        """What the picture shows, in one line."""
        y = ", ".join(pictures.number(p, 2) for p in self.die.probabilities)
        return words.DESCRIPTION.format(y, self._data(), self.loss_text, pictures.number(self.least))

    def _repr_mimebundle_(self, **kwargs):
        """The live widget; a PNG and a line of text for wherever no kernel runs."""
        png = base64.b64encode(self.picture.png()).decode()
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": self.description, "image/png": png}, {"image/png": {"width": 720}}


class RollsExplorer(Explorer):
    """An explorer of many rolls, in whose place others can be put."""

    def use(self, t, names=None):
        """Put other rolls in place of those on the page, all of which follows.

        `t` are their counts: K whole numbers, one a face, for 1 to 10^9 rolls. `names` are those of the
        faces, as in `rolls.check_names`; without them the names stay. A die with the same names stays
        where it is, another is fair to begin with. Bad input raises a ValueError and changes nothing.
        """
        names = self.names if names is None else rolls.check_names(names)
        self._take(rolls.check_counts(t, names), names)

    def use_file(self, path, names=None):
        """Put the rolls of a text file in place of those on the page; what it may hold: see `rolls`."""
        names = self.names if names is None else rolls.check_names(names)
        self.use(rolls.read_file(path, names), names)


class RollExplorer(RollsExplorer):
    """Chapter 1: the die is rolled 10,000 times; the share of each face closes in on y."""

    def __init__(self, rng, **options):
        self._rng = rng
        self._at = np.unique(np.geomspace(1, 10_000, 40).astype(int))
        self._at_roll = np.searchsorted(self._at, np.arange(1, self._at[-1] + 1))
        self.again = Button(description=words.ROLL_AGAIN, icon="refresh", layout=FIT)
        self._luck = rng.random(self._at[-1])
        self.again.on_click(lambda _: self.roll_again())
        super().__init__(extra=[self.again], **options)

    def roll_again(self):
        """Roll the die another 10,000 times."""
        self._luck = self._rng.random(self._at[-1])
        self._show()

    def _add_panel(self):
        room = max(24, pictures.SMALL * max(map(pictures.em, self.names)) + 8)  # for the names at its right
        return self.picture.panel(pictures.Running, 318, 52, 262 - room, 196, self.names, self._at)

    def _show_panel(self, y):
        # The same luck for every die: the paths follow the sliders, they do not flicker.
        faces = np.searchsorted(np.cumsum(y)[:-1], self._luck, side="right")
        came_up = np.bincount(self._at_roll * len(y) + faces, minlength=len(self._at) * len(y))
        self._panel.show(y, came_up.reshape(-1, len(y)).cumsum(axis=0).T / self._at)


class Terms:
    """For an explorer: the log-likelihood at the right, as a sum, term by term."""

    def _add_panel(self):
        most = 1.6 * self.rolls * np.log(len(self.names))
        total = words.TOTAL if self.rolls > 1 else words.TOTAL_ONE
        return self.picture.panel(pictures.Terms, 300, 22, 266, 226, self.names, self.t, most, total)

    def _show_panel(self, y):
        self._panel.show(self.t, y, likelihood.log_terms(self.t, y))


class TermsExplorer(Terms, RollsExplorer):
    """Chapter 3: the terms of many rolls."""


class FaceExplorer(Explorer):
    """An explorer of one roll, whose face (1 to K) the reader chooses in `face`."""

    def __init__(self, face, names, description):
        options = [(name, k) for k, name in enumerate(names, start=1)]
        self.face = choice(options, value=face, description=description)
        super().__init__([face], names, extra=[self.face])
        self.face.observe(self._face_chosen, "value")

    def _face_chosen(self, change):
        self._take(likelihood.counts([change.new], len(self.names)), self.names)


class OneRollExplorer(Terms, FaceExplorer):
    """Chapter 2: the picture of chapter 3 for one roll."""

    def __init__(self, face=1, names=words.FACES):
        super().__init__(face, names, words.ONE_ROLL)


def choice(options, meaning="", **more):
    """Buttons of which one is pressed; what they are about is said where the mouse rests on them."""
    buttons = ToggleButtons(options=options, tooltips=[meaning] * len(options), **more)
    buttons.style = {"button_width": "auto", "description_width": "auto"}
    return buttons


class LossExplorer(RollsExplorer):
    """Chapter 4: what each roll costs, their sum as an area and their mean as a line."""

    def _add_panel(self):
        return self.picture.panel(pictures.Costs, 318, 52, 238, 196, self.names, self.t)

    def _show_panel(self, y):
        costs = -likelihood.log_terms(np.ones(len(y)), y)
        self._panel.show(costs, self.loss / self.rolls)


class MaximumExplorer(RollsExplorer):
    """Chapter 5: the slope of log L towards each face, t_k / y_k - N, which is 0 at the best die."""

    def _add_panel(self):
        return self.picture.panel(pictures.Slopes, 318, 52, 238, 196, self.names, self.rolls)

    def _show_panel(self, y):
        # A face that never came up adds 0 even at y_k = 0: its slope is -N there as everywhere.
        ratio = np.divide(self.t, y, where=y > 0, out=np.where(self.t > 0, np.inf, 0.0))
        self.slopes = ratio - self.rolls
        self._panel.show(self.slopes)

    @property
    def description(self):
        slopes = ", ".join(pictures.number(slope, 1) for slope in self.slopes)
        return super().description + words.SLOPES_ARE.format(slopes)


class EntropyExplorer(RollsExplorer):
    """Chapter 6: floor and gap add up to the loss, in the unit that three switches choose."""

    def __init__(self, rolls=likelihood.ROLLS, names=words.FACES):
        self.per = choice([words.SUM, words.MEAN_OF_ROLLS], words.SUM_OR_MEAN)
        self.unit = choice([words.NATS, words.BITS], words.NATS_OR_BITS)
        self.event = choice([words.SEQUENCE, words.COUNTS], words.SEQUENCE_OR_COUNTS)
        switches, apart = [self.per, self.unit, self.event], Layout(flex_flow="row wrap", grid_gap="0 8px")
        super().__init__(rolls, names, extra=[HBox(switches, layout=apart)])
        for switch in switches:
            switch.observe(lambda _: self._take(self.t, self.names), "value")

    def _add_panel(self):
        mean, bits, n = self.per.value == words.MEAN_OF_ROLLS, self.unit.value == words.BITS, self.rolls
        self._scale = (1 / n if mean else 1) / (np.log(2) if bits else 1)
        log_orders = math.lgamma(n + 1) - sum(math.lgamma(t_k + 1) for t_k in self.t)  # log of N! / Π t_k!
        orders = self._scale * log_orders if self.event.value == words.COUNTS else None
        most = 1.6 * n * np.log(len(self.names)) * self._scale
        times = n if n < 10_000 else words.N
        factors = ("", words.SHARE.format(times)) if mean else (words.TIMES.format(times), "")
        axis = (words.AXIS_MEAN if mean or n == 1 else words.AXIS_SUM).format(self.unit.value, n)
        place, floor = (300, 52, 262, 196), self._scale * self.least
        return self.picture.panel(pictures.Parts, *place, floor, orders, most, factors, axis)

    def _show_panel(self, y):
        self.gap = self._scale * self.rolls * likelihood.kl_divergence(self.f, y)
        self._panel.show(self.gap)

    @property
    def description(self):
        floor, gap = self._panel.floor, self.gap
        total, orders = floor + gap, self._panel.orders
        parts = words.ADDS_UP.format(
            self.unit.value, self.per.value, *map(pictures.number, (floor, gap, total))
        )
        if orders is not None:
            parts += words.LESS_ORDERS.format(pictures.number(orders), pictures.number(total - orders))
        return f"{super().description}{parts}."


class Point(Hand):
    """Sliders that are a point in front of a classifier: one slider a feature, within `ranges`.

    `predict` takes an array (N, D) of points and returns their dice, an array (N, K).
    """

    def __init__(self, predict, point, ranges, features):
        super().__init__()
        self._predict, self._features = predict, features
        style = dict(step=POINT_STEP, readout_format=".1f", layout=SLIDER)
        sliders = [Slider(low, min=low, max=high, **style) for low, high in ranges]
        self._put(point, sliders, features, features)

    def use(self, target, names):
        """Take other counts for `target`; the sliders are the features', whatever the faces are."""
        self.target = target
        self._take_on(self._state)

    point = Hand.values  # one number a feature

    @property
    def probabilities(self):
        """The die y that the classifier makes for this point."""
        return likelihood.check_probabilities(self._predict(self._state[np.newaxis])[0])

    def _check(self, point):
        point = likelihood.as_numbers(point, "point")
        if point.shape != self._state.shape:
            raise ValueError(f"point has shape {point.shape}: it needs {len(self._state)} numbers in a row")
        for x, name, slider in zip(point, self._features, self.sliders):
            if not slider.min <= x <= slider.max:
                raise ValueError(
                    f"point contains {x:g}: {name} goes from {slider.min:g} to {slider.max:g} here"
                )
        return point


class DescentExplorer(RollsExplorer):
    """Chapter 7: any scores, and gradient descent on the mean loss, one step at a time or played."""

    STEPS = 100  # in the picture

    def __init__(self, **options):
        self.rate = SelectionSlider(options=RATES, value=1, layout=SLIDER, tooltip=words.RATE)
        self.rate.style.handle_color = pictures.INK
        self.play = Play(min=0, max=self.STEPS, interval=100, show_repeat=False)
        self.one = Button(description=words.STEP, icon="step-forward", layout=FIT)
        self.again = Button(description=words.START_AGAIN, icon="refresh", layout=FIT)
        self._descending = False
        rate = slider_row(HTML(slider_label(words.RATE_SIGN, words.RATE)), self.rate)
        buttons = HBox([self.play, self.one, self.again], layout=Layout(flex_flow="row wrap"))
        super().__init__(extra=[rate, buttons], **options)
        self.play.observe(self._played, "value")
        self.one.on_click(lambda _: self.step())
        self.again.on_click(lambda _: self.start_again())

    def step(self, n=1):
        """n steps of descent on the mean loss, each z <- z - rate · (y - f)."""
        likelihood.check_whole(n, "n", "the number of steps must be a whole number, 1 or more")
        z = self.die.scores
        for _ in range(n):
            z = z - self.rate.value * (likelihood.softmax(z) - self.f)
            if self.steps < self.STEPS:
                self.path.append(self._loss_of(z))
            self.steps += 1
        self._descending = True
        self.die.follow(z)
        self._descending = False

    def start_again(self):
        """Stop, and go back to the scores from which the path began."""
        self.play.playing, self.play.value = False, 0
        self.die.scores = self._start

    def _played(self, change):
        # Not the stop button, which returns to 0, nor a tick that the page sent before it heard of a stop.
        if self.play.playing and change.new > change.old:
            self.step(change.new - change.old)

    def _hand(self, t, names):
        return Scores(t, names)

    def _loss_of(self, z):
        return 0 - (self.t * likelihood.log_softmax(z)).sum()  # finite where y itself underflows to 0

    def _loss(self, y):
        return self._loss_of(self.die.scores)

    def _add_panel(self):
        self._slopes = self.picture.panel(pictures.ScoreSlopes, 318, 52, 238, 62, self.names)
        fair = self.rolls * np.log(len(self.names))
        return self.picture.panel(pictures.Descent, 318, 152, 238, 96, self.STEPS, self.least, fair)

    def _show_panel(self, y):
        if not self._descending:  # moved by hand: a new path begins here
            self._start, self.path, self.steps = self.die.scores, [self.loss], 0
        full = self.steps >= self.STEPS
        self.one.disabled = self.play.disabled = full
        self.play.playing = self.play.playing and not full
        self._panel.show(self.path, self.steps)
        self._slopes.show(y - self.f)

    @property
    def description(self):
        z = ", ".join(pictures.number(score, 2) for score in self.die.scores)
        return super().description + words.SCORES.format(self.steps, z)


class ClassifierExplorer(FaceExplorer):
    """Chapter 8: a point in the plane of two features, and the die that a classifier makes for it.

    `predict` turns points (N, 2) into dice (N, K); `points` are samples to show and `classes` their
    classes from 1 to K. The true class of the reader's point is chosen in `face`.
    """

    def __init__(self, predict, points, classes, names, features, face=1):
        low, high = np.floor(points.min(axis=0)) - 2, np.ceil(points.max(axis=0)) + 2
        self._predict, self._ranges, self._features = predict, list(zip(low, high)), features
        self._start = points.mean(axis=0).round(1)
        axes = [np.linspace(*ends, 80) for ends in self._ranges]
        grid = np.stack(np.meshgrid(*axes), axis=-1)
        dice = predict(grid.reshape(-1, 2)).reshape(*grid.shape[:2], -1)
        self._plane = axes, dice, points, classes
        super().__init__(face, names, words.TRUE_CLASS)

    @property
    def point(self):
        """Where the point stands, one number a feature. Set both at once."""
        return self.die.point

    @point.setter
    def point(self, point):
        self.die.point = point

    def _hand(self, t, names):
        return Point(self._predict, self._start, self._ranges, self._features)

    def _labels(self):
        return words.THE_CLASS, words.DIE_HERE

    def _data(self):
        return words.ONE_CLASS.format(self.names[self.t.argmax()])

    def _add_panel(self):
        return self.picture.panel(pictures.Plane, 330, 52, 226, 196, *self._plane, self.names, self._features)

    def _show_panel(self, y):
        self._panel.show(self.die.point)

    @property
    def description(self):
        point = ", ".join(pictures.number(x, 1) for x in self.die.point)
        return super().description + words.POINT.format(point)
