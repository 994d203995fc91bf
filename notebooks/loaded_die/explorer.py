"""The base of what a chapter shows: a die under the reader's hand, its loss on some data, and a picture.

Only this file knows hand, page and picture. A move goes page -> hand -> loss and picture -> page. All that
a reader does on the page can be done from code: `explorer.die.probabilities = [...]`, `explorer.match()`.
"""

import base64
from pathlib import Path

import anywidget
import numpy as np
from traitlets import Bool, Dict, Float, Int, List, Unicode, validate

from . import likelihood
from .faces import by_number, names_of, spoken
from .hand import Die, alone
from .parts import DieBars, Meter
from .picture import BESIDE, LivePicture, rounded


class Explorer(anywidget.AnyWidget):
    """A die under sliders, its loss on the counts `t` of N rolls, and a picture of both.

    A chapter's own explorer draws its panel in `build` and `show`, and adds to what `describe` says. Those
    who compose widgets can observe `loss` (nats) and `description`.
    """

    _esm = Path(__file__).with_name("page.js")
    _css = Path(__file__).with_name("page.css")
    _ipython_display_ = None  # which ipywidgets 7, as on Colab, would show in place of what is below
    rows = List().tag(sync=True)
    legend = List().tag(sync=True)
    controls = List().tag(sync=True)
    disabled = List().tag(sync=True)
    hand = Dict().tag(sync=True)
    touchable = Bool(False).tag(sync=True)
    still = Unicode().tag(sync=True)
    frame = Unicode().tag(sync=True)
    headline = Unicode().tag(sync=True)
    note = Unicode().tag(sync=True)
    turn = Int().tag(sync=True)
    loss = Float()
    description = Unicode()

    height = 290  # of the picture, in points
    bars_at = None  # left, top, width and height of the die's bars, if its sliders are none
    unit_said = "nats"  # after a loss that is shown

    def __init__(self, t, names, die, controls=()):
        super().__init__()
        self.names, self.die = tuple(names), die
        self._own_controls = controls
        self.take(t)
        die.on_change(self.refresh)
        self.on_msg(self._hear)
        for name in self.traits(builds=True):  # controls that choose what the picture is built of
            self.observe(lambda _: self.take(self.data()), name)

    def fair(self):
        self.die.share_out(np.ones(len(self.t)))

    def match(self):
        self.die.share_out(self.t)

    def undo(self):
        self.die.undo()

    @alone
    def _hear(self, _, message, buffers):
        """What the hand did on the page: {"act": …, "on": which number or control, "value": …}."""
        with self.hold_sync():
            try:
                self._do(message["act"], message["on"], message.get("value"))
            finally:
                self.turn += 1  # the page waits for it before it says what came next

    def _do(self, act, on, value):
        self.note = ""
        if act == "move":
            self.die.move(on, value)
        elif act == "lock":
            self.die.lock(on, value)
        elif act == "touch":
            self.touch(*value)
        elif on not in [control["name"] for control in self.controls]:
            raise ValueError(f"there is no control {on!r} here")
        elif act == "press":
            getattr(self, on)()
        else:
            try:
                setattr(self, on, value)
            except ValueError as error:
                self.note = f"{error}. What was there before stays."

    @alone
    def take(self, t):
        """Take on the counts t, shape (K,), and build their picture."""
        self.t, self.N = t, int(t.sum())
        self.f = likelihood.frequencies(t)
        self.least, fair = self.bounds()
        with self.hold_sync():
            self.rows, self.controls = self._rows(), self._controls()
            self.picture = picture = LivePicture(self.height)
            self._meter = Meter(picture, self.shown(self.least), self.shown(fair), self.unit_said)
            place = self.bars_at or (30 - BESIDE, 60, BESIDE - 48, self.height - 106)
            self._bars = DieBars(picture.axes(*place), self.names, self.f, self.key())
            if self.bars_at:
                picture.add_moving(*self._bars.artists)
            else:
                self.legend = self.key()
            self.build()
            self.still = picture.still()
            self.refresh()

    def _rows(self):
        """The sliders, from the top."""
        rows, die = [], self.die
        for k, (name, sign) in enumerate(zip(spoken(die.names), die.names)):
            row = {"name": die.called.format(name), "sign": sign, "low": die.low[k], "high": die.high[k]}
            if not self.bars_at:
                row |= {"lock": f"lock {name}", "share": self.f[k]}
            rows.append(row | {"step": die.step, "digits": die.digits})
        return rows

    def _controls(self):
        """The buttons of the hand, and what the chapter adds."""
        controls = [button("undo", "Undo"), *self._own_controls]
        if hasattr(self.die, "share_out"):
            controls = [button("fair", "Fair die"), button("match", "Match the rolls"), *controls]
        return controls

    @alone
    def refresh(self):
        """After a move: what is shown is computed first, then drawn, and goes to the page in one message."""
        y = self.die.probabilities
        loss = self.measure(y)
        description = self.describe(y, loss)
        self._meter.show(self.shown(loss))
        if self.bars_at:
            self._bars.show(y)
        self.show(y, loss)
        with self.hold_sync():
            self.loss, self.description = loss, description
            self.headline = self.say_loss(loss)
            self.disabled = self.off()
            values, locked, fixed = self.die.values, self.die.locked, self.die.fixed
            self.hand = {"values": values.tolist(), "locked": locked.tolist(), "fixed": fixed.tolist()}
            self.frame = self.picture.frame(description)

    # What a chapter may have in its own way.

    def data(self):
        """The counts that the controls choose, shape (K,)."""
        return self.t

    def bounds(self):
        """The least possible loss, and that of the fair die, in nats."""
        return likelihood.cross_entropy(self.t, self.f), self.N * np.log(len(self.t))

    def measure(self, y):
        """The loss of the die y, in nats. What else a panel shows is computed here as well."""
        return float(likelihood.cross_entropy(self.t, y))

    def build(self):
        """Draw the panel: what stays, and the artists that move."""

    def show(self, y, loss):
        """Set the artists that move."""

    def key(self):
        """What the bars and the frames are."""
        return [["model", "y: your die"], ["data", f"f: the {self.N:,} rolls"]]

    def off(self):
        """The names of the controls that have nothing to do."""
        return [] if self.die.can_undo else ["undo"]

    def shown(self, loss):
        """The number that is shown for a loss in nats."""
        return loss

    def say_loss(self, loss):
        return f"loss {rounded(self.shown(loss))} {self.unit_said}" if np.isfinite(loss) else "loss ∞"

    def say_data(self):
        return f"{self.N:,} rolls"

    def describe(self, y, loss):
        """What the picture shows, in one line."""
        die = ", ".join(rounded(p, 2) for p in y)
        least = rounded(self.shown(self.least))
        return f"Die y = ({die}), {self.say_data()}: {self.say_loss(loss)}, the least possible is {least}."

    @alone
    def _repr_mimebundle_(self, **kwargs):
        """The live view; and for wherever no kernel runs, a PNG and a line of text."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        self._bars.show(self.die.probabilities)
        png, width, height = self.picture.png(self.headline, whole=not self.bars_at)
        data |= {"text/plain": self.description, "image/png": base64.b64encode(png).decode()}
        return data, metadata | {"image/png": {"width": width, "height": height, "alt": self.description}}


class RollsExplorer(Explorer):
    """An explorer of some `rolls`: faces from 1 to K, or their `names`. These are as in `names_of`."""

    def __init__(self, rolls=likelihood.ROLLS, names=6, controls=(), die=Die):
        names = names_of(names)
        t = likelihood.counts(by_number(rolls, names), len(names))
        super().__init__(t, names, die(names), controls)


class FaceExplorer(Explorer):
    """An explorer of one roll, whose face (1 to K) the reader chooses in `face`."""

    face = Int(1).tag(sync=True, builds=True)

    def __init__(self, face=1, names=6, die=None, label="The roll"):
        if die is None:
            names = names_of(names)
            die = Die(names)
        options = [[name, k] for k, name in enumerate(names, start=1)]
        picked = choice("face", label, "the face that came up", options)
        super().__init__(likelihood.counts([1], len(names)), names, die, [picked])
        self.face = face

    @validate("face")
    def _check_face(self, proposal):
        likelihood.check_rolls([proposal["value"]], len(self.names))
        return proposal["value"]

    def data(self):
        return likelihood.counts([self.face], len(self.names))

    def key(self):
        return [["model", "y: your die"], ["data", "t: the roll"]]

    def say_data(self):
        return f"one roll, face {self.face}"


def button(name, label, **more):
    """A button that calls the explorer's method of this name; with plays=True, again and again."""
    return {"kind": "button", "name": name, "label": label} | more


def choice(name, label, meaning, options):
    """Buttons of which one is pressed: pairs of what each says and what the explorer's `name` is then."""
    return {"kind": "choice", "name": name, "label": label, "meaning": meaning, "options": options}


def slider(name, label, meaning, options):
    """A grey slider that sets the explorer's `name` to one of the numbers."""
    return {"kind": "slider", "name": name, "label": label, "meaning": meaning, "options": options}
