"""Where the reader puts rolls of their own into an explorer: typed, pasted, or out of a file.

Whatever it is, it comes from the page as bytes together with what stands in the field for the faces:
two messages of two widgets may overtake one another. And it comes in pieces, since a Jupyter server
drops the connection at a message of more than 10 MB: the page sends the first, and the kernel asks
for one after the other until it has them all, or says why it wants no more.
"""

import base64
import json
from html import escape

from ipywidgets import HTML, Button, HBox, Layout, Text, Textarea, VBox
from traitlets import Unicode

from . import rolls, words

PIECE = 4_000_000  # bytes in one message, in which they take a third more
LONG = 300_000  # characters, from which on a pasted text is read at once and not laid into the field
FIT = Layout(width="auto")
NONE = dict(display="none")
STYLE = """<style>
.own-rolls { overflow: visible; }
.own-rolls textarea { font-family: var(--jp-code-font-family); max-width: 1280px; }
.own-rolls .widget-html button { width: auto; margin: 2px; }
.own-rolls .said { line-height: 1.5; border-left: 3px solid #8c8c8c; padding-left: 10px;
    overflow-wrap: anywhere; }
</style>"""
# In the page: `begin(file)` takes a file, of which `send(start)` sends the piece that starts there.
BUTTONS = """<button class="jupyter-button widget-button" onclick="
        const box = this.closest('.own-rolls');
        box.begin(new File([box.querySelector('textarea').value], ''));">{use}</button
    ><button class="jupyter-button widget-button" onclick="
        const input = this.nextElementSibling;
        input.value = '';
        input.click();"><i class="fa fa-upload"></i> {upload}</button
    ><input type="file" accept=".txt,.csv,text/*" hidden onchange="
        if (this.files.length) this.closest('.own-rolls').begin(this.files[0]);"
    ><style onload="
        const box = this.closest('.own-rolls');
        box.begin = file => {{ box.file = file; box.send(0); }};
        box.send = start => {{
            if (!box.file) return;
            const {{name, size}} = box.file, reader = new FileReader();
            reader.onloadend = () => {{
                const wire = box.querySelector('.wire textarea');
                const faces = box.querySelector('input[type=text]').value;
                wire.value = JSON.stringify({{name, size, start, faces, data: reader.result}});
                wire.dispatchEvent(new Event('change', {{bubbles: true}}));
            }};
            reader.readAsDataURL(box.file.slice(start, start + {piece}));
        }};
        box.addEventListener('beforeinput', event => {{
            if ((event.data ?? '').length < {long}) return;
            event.preventDefault();
            box.begin(new File([event.data], '{pasted}'));
        }});"></style>"""
SEND = """<style onload="this.closest('.own-rolls').send({})"></style>"""


class Wire(Textarea):
    """What a piece arrives through; it does not go back to the page, as a text in a field does."""

    value = Unicode("").tag(sync=True, echo_update=False)


class OwnRolls(VBox):
    """A field for rolls, one for the faces, an upload, what was read or why not, and the explorer below.

    What cannot be read changes nothing: neither the explorer (a `widgets.RollsExplorer`) nor what stands
    in the fields. `said` is the line that says so.
    """

    def __init__(self, explorer):
        self.explorer, self._t, first = explorer, None, (explorer.t, explorer.names)
        self.text = Textarea(
            placeholder=words.ROLLS_PLACEHOLDER,
            tooltip=words.OWN_ROLLS,
            continuous_update=False,
            rows=3,
            layout=Layout(width="auto", height="auto"),
        )
        self.faces = Text(
            placeholder=words.FACES_PLACEHOLDER,
            description=words.OWN_FACES,
            continuous_update=False,
            layout=Layout(width="240px"),
            style=dict(description_width="auto"),
        )
        buttons = dict(use=words.USE, upload=words.UPLOAD, pasted=words.PASTED, piece=PIECE, long=LONG)
        self.again = Button(description=words.AGAIN.format(explorer.rolls), icon="refresh", layout=FIT)
        self.again.on_click(lambda _: explorer.use(*first))
        self._said, self._wire, self._ask = HTML(), Wire(layout=NONE), HTML(layout=NONE)
        self._wire.add_class("wire")
        self._wire.observe(lambda change: change.new and self._arrived(**json.loads(change.new)), "value")
        self._file, self._received = None, bytearray()
        row = [self.faces, HTML(STYLE + BUTTONS.format(**buttons)), self.again]
        row = HBox(row, layout=Layout(flex_flow="row wrap", align_items="center"))
        super().__init__([self.text, row, self._said, self._wire, self._ask, explorer])
        self.add_class("own-rolls")
        self._follow()
        explorer.die.on_change(self._follow)

    def read(self, data, faces, name=""):
        """Put in the rolls that stand in these bytes, of a die with these faces, or say why not."""
        try:
            names = rolls.names_of(faces)
            self.explorer.use(rolls.read_bytes(data, names), names)
        except ValueError as error:
            self._refuse(error, name)

    def _say(self, text):
        self.said = text
        self._said.value = f'<div class="said" role="status">{escape(text)}</div>'

    def _refuse(self, reason, name):
        self._say(words.REFUSED.format(f"{name}, {reason}" if name else reason))

    def _follow(self):
        """Say which rolls the explorer has now, whoever put them there."""
        if self._t is not self.explorer.t:
            self._t = self.explorer.t
            self.faces.value = rolls.written(self.explorer.names)
            self._say(summary(self._t, self.explorer.names))

    def _arrived(self, name, size, start, faces, data):
        """The bytes from `start` on, as a data URL; None if the page could not read them."""
        self._wire.value = self._ask.value = ""
        if start == 0:
            self._file, self._received = (name, size), bytearray()
        if (name, size) != self._file or start != len(self._received):
            return  # of a file that was given up for another
        name = name and rolls.shown(name)
        try:
            rolls.check_size(size)
            piece = base64.b64decode((data or "").partition(",")[2])
            if not piece and start < size:
                raise ValueError(words.NOT_SENT)
        except ValueError as error:
            return self._refuse(error, name)
        self._received += piece
        if len(self._received) < size:
            self._say(words.READING.format(name, len(self._received) / size))
            self._ask.value = SEND.format(len(self._received))
        else:
            received, self._received = self._received, bytearray()
            self.read(received, faces, name)

    def _repr_mimebundle_(self, **kwargs):
        """The live widget; a line that says what it is for, for wherever no kernel runs."""
        return super()._repr_mimebundle_(**kwargs) | {"text/plain": words.RUN_FOR_ROLLS}


def summary(t, names):
    """What was read, in one line."""
    form = words.HAS_READ if t.sum() > 1 else words.HAS_READ_ONE
    return form.format(t.sum(), len(names), ", ".join(f"{name}: {n}" for name, n in zip(names, t)))
