"""Other rolls in place of those on the page: all of it follows, or nothing changes."""

import asyncio
import base64
import json
import random

import numpy as np
import pytest
from ipywidgets.widgets import widget
from loaded_die import own_rolls, pictures, rolls, widgets, words
from loaded_die.own_rolls import OwnRolls
from matplotlib.backends.backend_agg import FigureCanvasAgg
from scipy import stats
from test_pictures import outside

COIN, D12, D20 = ("heads", "tails"), rolls.names_of("12"), rolls.names_of("20")
LONG = tuple(f"{letter}-mining"[::-1].replace("-", "s") for letter in "abcdef")
KINDS = {
    "chapter 1": lambda: widgets.RollExplorer(np.random.default_rng(1)),
    "chapter 3": widgets.TermsExplorer,
    "chapter 4": widgets.LossExplorer,
    "chapter 5": widgets.MaximumExplorer,
    "chapter 6": widgets.EntropyExplorer,
    "chapter 7": widgets.DescentExplorer,
}


@pytest.fixture(params=KINDS)
def explorer(request):
    return KINDS[request.param]()


@pytest.fixture
def own():
    return OwnRolls(widgets.LossExplorer())


def everything(explorer):
    """All that a reader could notice of it, and what undo has to go back to."""
    die = explorer.die
    bundle, _ = explorer._repr_mimebundle_()
    return (
        explorer.names,
        explorer.t.tolist(),
        explorer.rolls,
        bundle["image/png"],
        explorer._still.value,
        explorer._moving.value,
        explorer._readout.value,
        explorer.description,
        die.values.tolist(),
        [(id(slider), slider.value, slider.disabled, slider.tooltip) for slider in die.sliders],
        [(id(lock), lock.value, lock.tooltip) for lock in die.locks],
        [values.tolist() for values in die._history],
        [id(child) for child in die.children],
        die.target.tolist(),
    )


def test_everything_follows(explorer):
    for names, t in [(COIN, [7, 3]), (D20, [*range(20)]), (D12, [2] * 12), (LONG, [1, 2, 3, 4, 5, 6])]:
        explorer.use(t, names)
        K, N = len(t), sum(t)
        assert (explorer.names, explorer.t.tolist(), explorer.rolls) == (names, t, N)
        assert explorer.die.probabilities == pytest.approx([1 / K] * K)
        assert len(explorer.die.sliders) == K
        assert len(explorer.die.children) == K + 1
        assert explorer.die.sliders[-1].tooltip.endswith(f" of face {names[-1]}")
        assert explorer.loss == pytest.approx(N * np.log(K))
        assert explorer.least == pytest.approx(N * stats.entropy(t))
        assert f"{N} rolls: loss {N * np.log(K):.3f} nats" in explorer.description
        assert explorer.description in explorer._moving.value
        assert f"f: the {N} rolls" in explorer._still.value
        assert f">{pictures.number(explorer.least)}<" in explorer._still.value
        assert all(f">{name}<" in explorer._still.value for name in names)
        if all(t):
            explorer.die.match.click()
            assert explorer.loss == pytest.approx(explorer.least)
            explorer.die.undo.click()
        explorer.die.sliders[-1].value = 0.9
        assert explorer.die.values[-1] == 0.9
        explorer.die.fair.click()
        assert explorer.die.probabilities == pytest.approx([1 / K] * K)


def test_the_panels_of_the_chapters_follow():
    running, terms, losses, entropies = (KINDS[f"chapter {n}"]() for n in (1, 3, 4, 6))
    for explorer in (running, terms, losses, entropies):
        explorer.use([7, 3], COIN)
        explorer.die.probabilities = [0.25, 0.75]
    ends = running._panel.shares.get_ydata().reshape(2, -1)[:, -2]
    assert ends == pytest.approx([0.25, 0.75], abs=0.02)
    assert [line.get_text() for line in terms._panel.lines] == [
        "heads: 7 · log 0.250 ≈ −9.704",
        "tails: 3 · log 0.750 ≈ −0.863",
        "log L = −10.567",
    ]
    assert losses._panel.mean.get_text() == "mean 1.057"
    assert losses._panel.ends.tolist() == [7, 10]
    entropies.event.value = "counts"
    whole = entropies._panel.floor + entropies.gap - entropies._panel.orders
    assert whole == pytest.approx(-stats.binom.logpmf(7, 10, 0.25))


def test_there_and_back_again_is_where_it_was(explorer):
    before = explorer._repr_mimebundle_()[0]
    for t, names in [([1, 2], COIN), ([1] * 20, D20), ([2, 3, 4, 3, 2, 6], words.FACES)]:
        explorer.use(t, names)
    after = explorer._repr_mimebundle_()[0]
    assert after["text/plain"] == before["text/plain"]
    assert after["image/png"] == before["image/png"]


def all_widgets():
    """Every widget that has not been closed."""
    return widget._instances


def test_what_was_in_its_place_is_gone(explorer):
    explorer.use([1, 2], COIN)
    there = len(all_widgets())
    for t, names in [([1] * 20, D20), ([1] * 12, D12), ([1, 2], COIN)]:
        explorer.use(t, names)
    assert len(all_widgets()) == there


def test_a_die_with_the_same_faces_stays_in_the_readers_hand(explorer):
    explorer.die.sliders[0].value = 0.5
    values, sliders = explorer.die.values.tolist(), explorer.die.sliders
    explorer.use([1, 1, 1, 1, 1, 5])
    assert explorer.die.values.tolist() == values
    assert explorer.die.sliders is sliders
    explorer.die.match.click()
    assert explorer.die.probabilities == pytest.approx([0.1] * 5 + [0.5])
    explorer.die.undo.click()
    assert explorer.die.values == pytest.approx(values)
    explorer.use([1, 1], COIN)
    assert explorer.die.undo.disabled


def test_who_listens_still_listens(explorer):
    heard = []
    explorer.die.on_change(lambda: heard.append((explorer.rolls, len(explorer.die.values), explorer.loss)))
    explorer.use([7, 3], COIN)
    explorer.use([6, 3])
    assert heard == [(10, 2, pytest.approx(10 * np.log(2))), (9, 2, pytest.approx(9 * np.log(2)))]
    explorer.die.sliders[1].value = 0.9
    assert len(heard) == 3


def test_a_hand_that_has_not_come_to_rest_moves_nothing_later(explorer):
    async def replace():
        explorer.die.sliders[0].value = 0.4
        explorer.use([1, 1], COIN)
        await asyncio.sleep(2 * widgets.REST)

    asyncio.run(replace())
    assert explorer.die.probabilities == pytest.approx([0.5, 0.5])
    assert explorer.die.undo.disabled


BAD = [
    ([1, 2], None, "t has shape (2,): this die needs 6 counts in a row"),
    ([[1] * 6], None, "t has shape (1, 6): this die needs 6 counts in a row"),
    ([1, 2, 3, 4, 5, -1], None, "t contains -1: a count is a whole number from 0 to 1,000,000,000"),
    ([1, 2, 3, 4, 5, 0.5], None, "t contains 0.5: a count is a whole number from 0 to 1,000,000,000"),
    ([1e9, 1, 0, 0, 0, 0], None, "there are 1,000,000,001 rolls: at most 1,000,000,000 are read"),
    ([np.nan] * 6, None, "t contains nan: every number must be finite"),
    ([0] * 6, None, "there are no rolls: at least one is needed"),
    ("six", None, "t is 'six': it must be an array of numbers"),
    ([1, 2, 3], COIN, "t has shape (3,): this die needs 2 counts in a row"),
    ([1], ["a"], "the number of names is 1: a die has 2 to 20 faces"),
    ([1] * 21, [f"n{k}" for k in range(21)], "the number of names is 21: a die has 2 to 20 faces"),
    ([1, 2], ["a", "A"], "the name of face 2 is A: face 1 has this name already"),
]


def test_what_is_refused_changes_nothing(explorer):
    explorer.use([3, 0, 1, 4, 1, 5])
    explorer.die.sliders[2].value = 0.3
    before = everything(explorer)
    for t, names, message in BAD:
        with pytest.raises(ValueError) as error:  # noqa: PT011
            explorer.use(t, names)
        assert str(error.value) == message
        assert everything(explorer) == before
    for path in ("none.txt", "."):
        with pytest.raises(OSError, match=path):
            explorer.use_file(path, COIN)
    assert everything(explorer) == before


def test_a_file_from_a_cell(explorer, tmp_path):
    path = tmp_path / "rolls.txt"
    path.write_text("3 1 6")
    explorer.use_file(path)
    assert explorer.t.tolist() == [1, 0, 1, 0, 0, 1]
    before = everything(explorer)
    with pytest.raises(ValueError, match=r"^roll 1 is 3: this die has the faces heads, tails$"):
        explorer.use_file(path, COIN)
    assert everything(explorer) == before


def labels(explorer):
    """The texts of the picture in the place of names and numbers, each with its box."""
    canvas = FigureCanvasAgg(explorer.picture.figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    for text in explorer.picture.figure.findobj(pictures.Line):
        if text.get_text() and text.get_visible():
            yield text.get_text(), text.get_window_extent(renderer)


@pytest.mark.parametrize("names", [COIN, LONG, D12, D20, rolls.names_of("10"), ("$a$", "&")])
@pytest.mark.parametrize("rolls_in_all", [1, 1_000_000_000])
def test_names_and_numbers_have_room_whatever_the_die(explorer, names, rolls_in_all):
    rng = np.random.default_rng(len(names))
    for concentration in (0.1, 10):
        share = rng.dirichlet(np.full(len(names), concentration))
        explorer.use(rng.multinomial(rolls_in_all, share), names)
        explorer.die.probabilities = rng.dirichlet(np.full(len(names), 5))
        assert outside(explorer.picture) == []
        boxes = list(labels(explorer))
        for i, (name, box) in enumerate(boxes):
            for other, beside in boxes[i + 1 :]:
                across = min(box.x1, beside.x1) - max(box.x0, beside.x0)
                along = min(box.y1, beside.y1) - max(box.y0, beside.y0)
                assert across < 1 or along < 2, (name, other)


def test_a_name_in_letters_that_matplotlib_has_not_is_no_trouble(explorer, recwarn):
    explorer.use([7, 3], ("表", "裏"))
    assert ">表<" in explorer._still.value
    assert explorer.picture.png().startswith(b"\x89PNG")
    assert recwarn.list == []


def test_any_counts_of_any_die_can_be_shown():
    hand, explorers = random.Random(7), [kind() for kind in KINDS.values()]
    for _ in range(15):
        names = rolls.names_of(str(hand.randrange(2, 21)))
        most = hand.choice([1, 3, 1000, 10**9 // len(names)])
        t = [hand.choice([0, hand.randrange(most + 1)]) for _ in names]
        t[hand.randrange(len(t))] = most
        for explorer in explorers:
            explorer.use(t, names)
            assert explorer.rolls == sum(t)
            assert explorer.loss == pytest.approx(sum(t) * np.log(len(t)))


# From here on: the field.


def send(own, data, name="", faces=None, size=None):
    """Do as the page does: the first piece, and then each that is asked for. How many there were."""
    start, sent = 0, 0
    while start is not None:
        piece = data[start : start + own_rolls.PIECE]
        message = {"name": name, "size": len(data) if size is None else size, "start": start}
        message["faces"] = own.faces.value if faces is None else faces
        message["data"] = "data:text/plain;base64," + base64.b64encode(piece).decode()
        own._wire.value = json.dumps(message)
        assert own._wire.value == ""
        sent += 1
        asked = own._ask.value.partition("send(")[2].partition(")")[0]
        start = int(asked) if asked else None
    return sent


def test_the_field_says_what_was_read(own):
    assert own.said == "20 rolls of 6 faces: ⚀: 2, ⚁: 3, ⚂: 4, ⚃: 3, ⚄: 2, ⚅: 6"
    send(own, b"3 1 6")
    assert own.said == "3 rolls of 6 faces: ⚀: 1, ⚁: 0, ⚂: 1, ⚃: 0, ⚄: 0, ⚅: 1"
    assert own.explorer.t.tolist() == [1, 0, 1, 0, 0, 1]
    send(own, b"heads", faces="heads,tails")
    assert own.said == "1 roll of 2 faces: heads: 1, tails: 0"
    assert own.faces.value == "heads, tails"
    assert own.said in own._said.value
    own.again.click()
    assert own.said == "20 rolls of 6 faces: ⚀: 2, ⚁: 3, ⚂: 4, ⚃: 3, ⚄: 2, ⚅: 6"
    assert (own.faces.value, own.explorer.names) == ("6", words.FACES)


def test_the_field_follows_what_is_done_from_code(own):
    own.explorer.use([7, 3], COIN)
    assert (own.faces.value, own.said) == ("heads, tails", "10 rolls of 2 faces: heads: 7, tails: 3")
    send(own, b"?")
    own.explorer.die.sliders[0].value = 0.7
    assert own.said.startswith("Not read: roll 1 is ?")  # until other rolls are there
    own.explorer.use([8, 3])
    assert own.said == "11 rolls of 2 faces: heads: 8, tails: 3"


@pytest.mark.parametrize(
    ("data", "faces", "reason"),
    [
        (b"3 1 6 2 5 4 9", "6", "roll 7 is 9: this die has the faces 1 to 6"),
        (b"1: 4, 2", "6", 'entry 2 of the table is "2": write a face, a colon and a count'),
        (b"", "6", "there are no rolls: at least one is needed"),
        (b"1", "21", "the number of faces is 21: a die has 2 to 20"),
        (
            b"1",
            "a, a-b",
            "the name of face 2 is a-b: a name is one word, without a space, comma, colon or hyphen",
        ),
        (b"PK\3\4\0", "6", "the file is no text (see place 5): save it as text or CSV, in UTF-8"),
        (b"<b>", "6", "roll 1 is b: this die has the faces 1 to 6"),
    ],
)
@pytest.mark.parametrize("name", ["", "<i>.txt"])
def test_the_field_refuses_and_all_stays(own, name, data, faces, reason):
    own.text.value, own.faces.value = "what was typed", faces
    before = everything(own.explorer)
    send(own, data, name)
    place = f"{name}, " if name else ""
    assert own.said == f"Not read: {place}{reason}. The rolls from before stay."
    assert "<i>" not in own._said.value
    assert everything(own.explorer) == before
    assert (own.text.value, own.faces.value) == ("what was typed", faces)


def test_a_large_file_comes_in_pieces(own):
    data = b"3\n1\n6\n" * 1_500_000
    assert send(own, data, "many.txt") == 3
    assert own.explorer.t.tolist() == [1_500_000, 0, 1_500_000, 0, 0, 1_500_000]
    assert own._received == b""


def test_while_it_comes_the_line_says_how_far_it_is_and_the_rolls_stay(own):
    before = everything(own.explorer)
    piece = base64.b64encode(b"3 1").decode()
    message = {"name": "a.txt", "size": 12, "start": 0, "faces": "6", "data": f"data:;base64,{piece}"}
    own._wire.value = json.dumps(message)
    assert own.said == "Reading a.txt: 25% …"
    assert "send(3)" in own._ask.value
    assert everything(own.explorer) == before
    own._wire.value = json.dumps(message | {"name": "b.txt", "size": 5})  # another is chosen meanwhile,
    own._wire.value = json.dumps(message | {"start": 3})  # a piece of the first is late,
    rest = base64.b64encode(b" 6").decode()
    own._wire.value = json.dumps(message | {"name": "b.txt", "size": 5, "start": 3, "data": f"data:,{rest}"})
    assert own.explorer.t.tolist() == [1, 0, 1, 0, 0, 1]


@pytest.mark.parametrize("data", [None, "", "data:"])
def test_a_file_that_the_page_lost_is_said_to_be_lost(own, data):
    own._wire.value = json.dumps({"name": "a.txt", "size": 9, "start": 0, "faces": "6", "data": data})
    assert own.said == "Not read: a.txt, the page could not send it. The rolls from before stay."
    assert own._ask.value == ""


def test_of_a_file_that_is_too_large_no_more_is_asked_for(own):
    assert send(own, b"1" * 100, "huge.txt", size=rolls.MOST_BYTES + 1) == 1
    reason = "huge.txt, the file has more than 50 MB: no more than that is read"
    assert own.said == f"Not read: {reason}. The rolls from before stay."


def test_messages_stay_below_what_a_server_takes(own):
    from tornado import websocket

    assert own_rolls.PIECE * 4 / 3 + 10_000 < websocket._default_max_message_size
    assert 4 * own_rolls.LONG < websocket._default_max_message_size
    assert own._wire.trait_metadata("value", "echo_update") is False  # nor do they come back


@pytest.mark.parametrize(
    "names", [words.FACES, words.FACES[:2], COIN, D12, D20, ("7", "8"), ("表", "裏"), LONG]
)
def test_names_are_written_as_they_are_read(names):
    assert rolls.names_of(rolls.written(names)) == names
    assert len(rolls.written(words.FACES)) == 1


def test_it_is_stored_as_one_line(own):
    bundle = own._repr_mimebundle_()
    assert bundle["text/plain"] == words.RUN_FOR_ROLLS
    assert "application/vnd.jupyter.widget-view+json" in bundle
