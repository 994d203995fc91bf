"""The hand on the die, without a browser: sliders, locks, buttons and what follows them."""

import asyncio
import base64

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loaded_die import likelihood, widgets, words
from scipy import stats

T = likelihood.counts(likelihood.ROLLS)
F = likelihood.frequencies(T)
EXPLORERS = [
    lambda: widgets.RollExplorer(np.random.default_rng(1)),
    lambda: widgets.OneRollExplorer(face=3),
    widgets.TermsExplorer,
    widgets.LossExplorer,
    widgets.MaximumExplorer,
    widgets.EntropyExplorer,
]
POSITIVE = [widgets.DescentExplorer]  # softmax makes no probability 0
Z = np.array([1.0, 0.5, -0.5, 0.0, -1.0, 2.0])


@pytest.fixture
def die():
    return widgets.Die(T, words.FACES)


def assert_shown(hand):
    """The sliders stand on a step, each the nearest to its number."""
    step = hand.sliders[0].step
    shown = np.array([slider.value for slider in hand.sliders])
    assert shown == pytest.approx(hand.values, abs=step / 2 + 1e-9)
    assert shown == pytest.approx((shown / step).round() * step, abs=1e-9)


def test_a_new_die_is_fair(die):
    assert die.probabilities.tolist() == [1 / 6] * 6
    assert [slider.value for slider in die.sliders] == [0.17] * 6


def test_the_others_share_the_rest_in_the_proportions_they_had(die):
    die.probabilities = F
    die.sliders[5].value = 0.65
    assert die.probabilities == pytest.approx([0.05, 0.075, 0.1, 0.075, 0.05, 0.65])
    assert_shown(die)


def test_with_nothing_to_go_by_they_share_equally(die):
    die.probabilities = [0, 0, 0, 0, 0, 1]
    die.sliders[5].value = 0.5
    assert die.probabilities == pytest.approx([0.1] * 5 + [0.5])


def test_a_locked_face_stays_and_the_range_shrinks(die):
    die.locks[0].value = True
    die.sliders[5].value = 0.9
    assert die.probabilities[0] == 1 / 6
    assert die.probabilities[5] == pytest.approx(5 / 6)  # all there is to have
    assert die.sliders[5].value == 0.83
    assert die.sliders[0].disabled
    assert die.locks[0].icon == "lock"


def test_the_last_free_face_has_no_choice(die):
    for lock in die.locks[:5]:
        lock.value = True
    assert all(slider.disabled for slider in die.sliders)
    die.sliders[5].value = 0.9
    assert die.probabilities == pytest.approx([1 / 6] * 6)
    assert die.sliders[5].value == 0.17
    die.locks[0].value = False
    assert [slider.disabled for slider in die.sliders] == [False, True, True, True, True, False]


def test_buttons(die):
    die.match.click()
    assert die.probabilities.tolist() == F.tolist()
    die.fair.click()
    assert die.probabilities == pytest.approx([1 / 6] * 6)


def test_buttons_leave_a_locked_face_alone(die):
    die.probabilities = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1]
    die.locks[0].value = True
    die.match.click()
    assert die.probabilities == pytest.approx([0.5, *(0.5 * F[1:] / F[1:].sum())])
    die.fair.click()
    assert die.probabilities == pytest.approx([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])


def test_undo_goes_back_step_by_step(die):
    assert die.undo.disabled
    die.match.click()
    die.sliders[0].value = 0.5
    assert not die.undo.disabled
    die.undo.click()
    assert die.probabilities == pytest.approx(F)
    assert [slider.value for slider in die.sliders] == pytest.approx(F)
    die.undo.click()
    assert die.probabilities == pytest.approx([1 / 6] * 6)
    assert die.undo.disabled


def test_a_drag_is_one_step_for_undo(die):
    async def drag():
        for value in (0.2, 0.3, 0.4):
            die.sliders[2].value = value
        await asyncio.sleep(2 * widgets.REST)

    asyncio.run(drag())
    die.undo.click()
    assert die.probabilities == pytest.approx([1 / 6] * 6)


def test_the_other_sliders_wait_until_the_hand_rests(die):
    async def move():
        die.sliders[5].value = 0.5
        at_once = [slider.value for slider in die.sliders], die.probabilities.copy()
        await asyncio.sleep(2 * widgets.REST)
        return at_once

    sliders, y = asyncio.run(move())
    assert y == pytest.approx([0.1] * 5 + [0.5])
    assert sliders[:5] == [0.17] * 5
    assert [slider.value for slider in die.sliders] == pytest.approx([0.1] * 5 + [0.5])


def test_the_page_has_nothing_to_round(die):
    # What it rounds it returns, late, and then it would pass for a move.
    sent = []
    for slider in die.sliders:
        slider.observe(lambda change: sent.append(change.new), "value")
    die.sliders[0].value = 0.33  # the others become 0.134
    die.probabilities = [1 / 3, 2 / 3, 0, 0, 0, 0]
    die.undo.click()
    assert len(sent) > 10
    assert sent == [round(value, 2) for value in sent]


def test_a_move_on_step_that_changes_nothing_to_be_seen_is_none(die):
    die.sliders[0].value = 0.17  # as it stands there for 1/6
    assert die.probabilities.tolist() == [1 / 6] * 6
    assert die.undo.disabled


def test_a_hand_can_return_to_where_it_began(die):
    async def there_and_back():
        die.sliders[0].value = 0.3
        die.sliders[0].value = 0.17
        await asyncio.sleep(2 * widgets.REST)

    asyncio.run(there_and_back())
    assert die.probabilities[0] == 0.17


@pytest.mark.parametrize("bad", [[0.5] * 6, [1], [-0.5, 1.5, 0, 0, 0, 0], [np.nan] * 6, "die", None, 1.0])
def test_a_bad_die_is_refused_and_nothing_changes(bad):
    explorer = widgets.LossExplorer()
    explorer.die.match.click()
    before = (
        explorer.description,
        [slider.value for slider in explorer.die.sliders],
        len(explorer.die._history),
    )
    with pytest.raises(ValueError, match=r"^y "):
        explorer.die.probabilities = bad
    after = (
        explorer.description,
        [slider.value for slider in explorer.die.sliders],
        len(explorer.die._history),
    )
    assert after == before


def test_what_is_read_is_a_copy(die):
    die.probabilities[0] = 5
    assert die.probabilities[0] == 1 / 6


move = st.tuples(st.just("move"), st.integers(0, 5), st.floats(0, 1))
lock = st.tuples(st.just("lock"), st.integers(0, 5), st.booleans())
press = st.tuples(st.just("press"), st.sampled_from(["fair", "match", "undo"]), st.none())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(move, lock, press), max_size=40))
def test_it_is_a_die_through_any_sequence_of_moves(steps):
    die = widgets.Die(T, words.FACES)
    for what, which, value in steps:
        locked = [lock.value for lock in die.locks]
        before = die.probabilities
        if what == "move":
            die.sliders[which].value = value
        elif what == "lock":
            die.locks[which].value = value
        else:
            getattr(die, which).click()
        y = die.probabilities
        assert y.sum() == pytest.approx(1, abs=1e-12)
        assert (y >= 0).all()
        if which != "undo":
            assert y[locked] == pytest.approx(before[locked], abs=1e-12)
        likelihood.check_probabilities(y)
        assert_shown(die)


@pytest.mark.parametrize("make", [*EXPLORERS, *POSITIVE])
def test_the_loss_moves_with_the_die(make):
    explorer = make()
    y = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    explorer.die.probabilities = y
    loss = f"loss {likelihood.cross_entropy(explorer.t, y):.3f} nats"
    assert explorer.loss_text == loss
    assert explorer._readout.value == f'<div class="loss-readout" aria-live="polite">{loss}</div>'
    assert loss in explorer.description
    assert explorer.description in explorer._moving.value
    assert [label.get_text() for label in explorer._bars.labels] == ["0.10"] * 5 + ["0.50"]


@pytest.mark.parametrize("make", EXPLORERS)
def test_an_impossible_roll_costs_infinity(make):
    explorer = make()
    explorer.die.probabilities = [0.5, 0.5, 0, 0, 0, 0]
    assert explorer.loss_text == "loss ∞"
    assert explorer.die.probabilities.tolist() == [0.5, 0.5, 0, 0, 0, 0]


@pytest.mark.parametrize("make", [*EXPLORERS, *POSITIVE])
def test_a_move_leaves_the_still_layer_alone(make):
    explorer = make()
    still, moving = explorer._still.value, explorer._moving.value
    explorer.die.match.click()
    assert explorer._still.value == still
    assert explorer._moving.value != moving


@pytest.mark.parametrize("make", [*EXPLORERS, *POSITIVE])
def test_an_explorer_is_stored_as_picture_and_text(make):
    explorer = make()
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.description
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_sliders_and_locks_have_names():
    die = widgets.Die(T, words.FACES)
    assert die.sliders[2].tooltip == "probability of face 3"
    assert die.locks[2].tooltip == "lock face 3"
    label = die.children[2].children[0].value
    assert "probability of face 3" in label


def test_choosing_another_roll():
    explorer = widgets.OneRollExplorer(face=1)
    explorer.die.probabilities = [0.5, 0.25, 0.25, 0, 0, 0]
    assert explorer.description.endswith("one roll, face 1: loss 0.693 nats, the least possible is 0.000.")
    explorer.face.value = 2
    assert explorer.t.tolist() == [0, 1, 0, 0, 0, 0]
    assert explorer.description.endswith("one roll, face 2: loss 1.386 nats, the least possible is 0.000.")
    explorer.die.match.click()
    assert explorer.die.probabilities.tolist() == [0, 1, 0, 0, 0, 0]


def test_rolling_again_keeps_the_die_and_changes_the_luck():
    explorer = widgets.RollExplorer(np.random.default_rng(1))
    before = explorer._panel.shares.get_ydata().copy()
    description = explorer.description
    explorer.again.click()
    assert explorer.description == description
    after = explorer._panel.shares.get_ydata()
    assert not np.array_equal(before, after, equal_nan=True)
    ends = after.reshape(6, -1)[:, -2]
    assert ends == pytest.approx([1 / 6] * 6, abs=0.02)
    assert ends.sum() == pytest.approx(1)


def test_the_running_shares_are_those_of_the_rolls():
    explorer = widgets.RollExplorer(np.random.default_rng(1))
    explorer.die.probabilities = [0, 0.5, 0.5, 0, 0, 0]
    faces = np.where(np.random.default_rng(1).random(10_000) < 0.5, 2, 3)
    shares = explorer._panel.shares.get_ydata().reshape(6, -1)
    for column, n in enumerate(explorer._at):
        expected = likelihood.frequencies(likelihood.counts(faces[:n]))
        assert shares[:, column] == pytest.approx(expected)


def test_the_slopes_are_the_derivatives_of_the_log_likelihood():
    explorer = widgets.MaximumExplorer()
    y, h = np.array([0.05, 0.1, 0.15, 0.2, 0.1, 0.4]), 1e-6
    explorer.die.probabilities = y
    for k, face in enumerate(np.eye(6)):
        up, down = (likelihood.log_likelihood(T, y + step * (face - y)) for step in (h, -h))
        assert explorer.slopes[k] == pytest.approx((up - down) / (2 * h), abs=1e-5)
    assert explorer.description.endswith(" Slopes t/y − N: 20.0, 10.0, 6.7, −5.0, 0.0, −5.0.")


@pytest.mark.parametrize("k", range(6))
def test_a_slope_changes_its_sign_where_the_slider_passes_the_frequency(k):
    explorer = widgets.MaximumExplorer()
    for value in np.arange(0, 1.001, 0.05).round(9):
        explorer.die.sliders[k].value = value
        y = explorer.die.probabilities[k]
        sign = 0 if abs(y - F[k]) < 1e-12 else np.sign(F[k] - y)
        assert np.sign(explorer.slopes[k].round(9)) == sign
    explorer.die.match.click()
    assert explorer.slopes == pytest.approx(np.zeros(6), abs=1e-12)


def test_the_slope_of_a_face_that_never_came_up_points_down_to_the_edge():
    explorer = widgets.MaximumExplorer([1, 1, 2])
    explorer.die.match.click()
    assert explorer.die.probabilities[2] == 0
    assert explorer.slopes == pytest.approx([0, 0, -3, -3, -3, -3], abs=1e-12)


UNITS = [
    (per, unit, event)
    for per in ("sum", "mean")
    for unit in ("nats", "bits")
    for event in ("sequence", "counts")
]


@pytest.mark.parametrize(("per", "unit", "event"), UNITS)
def test_floor_and_gap_add_up_under_every_switch(per, unit, event):
    explorer = widgets.EntropyExplorer()
    y = np.array([0.1, 0.1, 0.1, 0.1, 0.1, 0.5])
    explorer.per.value, explorer.unit.value, explorer.event.value = per, unit, event
    explorer.die.probabilities = y
    scale = (1 if per == "sum" else 1 / 20) / (1 if unit == "nats" else np.log(2))
    part = explorer._panel
    assert part.floor == pytest.approx(scale * 20 * stats.entropy(F))
    assert explorer.gap == pytest.approx(scale * 20 * stats.entropy(F, y))
    whole = part.floor + explorer.gap
    assert part.texts[1].get_text().endswith(f"{whole:.3f}")
    assert explorer.loss_text == f"loss {likelihood.cross_entropy(T, y):.3f} nats"  # no switch acts on it
    if event == "counts":
        chance = -scale * stats.multinomial.logpmf(T, 20, y)
        assert whole - part.orders == pytest.approx(chance)
        assert part.texts[2].get_text().endswith(f"{chance:.3f}")
    else:
        assert part.orders is None
        assert part.texts[2].get_text() == ""


def test_sum_or_mean_and_nats_or_bits_change_the_scale_and_no_bar():
    explorer = widgets.EntropyExplorer()
    lengths = []
    for per, unit, event in UNITS:
        explorer.per.value, explorer.unit.value, explorer.event.value = per, unit, event
        if event == "counts":
            box = explorer._panel.gap.get_path().vertices[:, 0]
            lengths.append(explorer._panel.gap.axes.transLimits.transform(np.c_[box, box])[:, 0])
    assert all(length == pytest.approx(lengths[0]) for length in lengths)
    assert explorer.description.endswith("less 1.992 for the orders = 0.593.")


def test_a_switch_keeps_the_die_and_redraws_the_page():
    explorer = widgets.EntropyExplorer()
    explorer.die.match.click()
    still = explorer._still.value
    explorer.unit.value = "bits"
    assert explorer.die.probabilities.tolist() == F.tolist()
    assert explorer._still.value != still
    assert explorer._panel.texts[0].get_text() == "+ 20 · KL(f ‖ y), the gap:  0.000"


@pytest.mark.parametrize("faces", [2, 3, 20])
def test_any_number_of_faces(faces):
    names = [str(k) for k in range(1, faces + 1)]
    rolls = np.arange(1, faces + 1)
    kinds = (widgets.LossExplorer, widgets.TermsExplorer, widgets.MaximumExplorer, widgets.EntropyExplorer)
    for explorer in (kind(rolls, names) for kind in kinds):
        explorer.die.sliders[0].value = 0.5
        assert explorer.loss == pytest.approx(
            likelihood.cross_entropy(explorer.t, explorer.die.probabilities)
        )


def test_bad_rolls_are_refused():
    with pytest.raises(ValueError, match="roll 2 is 9: this die has the faces 1 to 6"):
        widgets.LossExplorer([1, 9])


@pytest.fixture
def scores():
    return widgets.Scores(T, words.FACES)


@pytest.fixture
def descent():
    return widgets.DescentExplorer()


def assert_the_sliders_show(scores):
    shown = [slider.value for slider in scores.sliders]
    assert shown == pytest.approx(scores.scores, abs=widgets.SCORE_STEP / 2)


def test_scores_are_free(scores):
    scores.sliders[2].value = 3.0
    assert scores.scores.tolist() == [0, 0, 3, 0, 0, 0]
    assert [slider.value for slider in scores.sliders] == [0, 0, 3, 0, 0, 0]
    assert scores.probabilities == pytest.approx(likelihood.softmax([0, 0, 3, 0, 0, 0]))


def test_setting_a_die_sets_scores_that_make_it(scores):
    scores.probabilities = F
    assert scores.probabilities == pytest.approx(F)
    assert scores.scores.sum() == pytest.approx(0)
    assert_the_sliders_show(scores)


def test_the_buttons_of_the_scores(scores):
    scores.match.click()
    assert scores.probabilities == pytest.approx(F)
    scores.fair.click()
    assert scores.scores.tolist() == [0] * 6
    scores.undo.click()
    assert scores.probabilities == pytest.approx(F)
    assert_the_sliders_show(scores)
    assert widgets.Scores(np.array([1, 0]), "ab").match.disabled  # no scores make a face impossible


@pytest.mark.parametrize("bad", [[1], [0] * 7, [np.nan] * 6, [0, 0, 0, 0, 0, np.inf], "z", None, 1.0])
def test_bad_scores_are_refused_and_nothing_changes(descent, bad):
    descent.die.scores = Z
    before = descent.description
    with pytest.raises(ValueError, match=r"^z "):
        descent.die.scores = bad
    assert descent.description == before
    assert descent.die.scores.tolist() == Z.tolist()


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ([0.5, 0.5, 0, 0, 0, 0], "y contains 0: softmax gives every face more than 0"),
        ([0.5] * 6, "y sums to 3"),
        ([0.5, 0.5], "this die needs 6 probabilities"),
    ],
)
def test_a_die_that_no_scores_make_is_refused(descent, bad, why):
    before = descent.description
    with pytest.raises(ValueError, match=why):
        descent.die.probabilities = bad
    assert descent.description == before


def test_a_score_beyond_the_sliders_widens_them_and_gives_the_room_back(scores):
    scores.scores = [7.2, 0, 0, 0, 0, -6]
    assert {(slider.min, slider.max) for slider in scores.sliders} == {(-8, 8)}
    assert [slider.value for slider in scores.sliders] == pytest.approx([7.2, 0, 0, 0, 0, -6])
    scores.scores = [5, 0, 0, 0, 0, 0]
    assert {(slider.min, slider.max) for slider in scores.sliders} == {(-5, 5)}
    assert scores.scores.tolist() == [5, 0, 0, 0, 0, 0]


def test_a_score_as_the_page_rounds_it_is_no_move(scores):
    scores.scores = [0.13, 0, 0, 0, 0, 0]
    scores.sliders[0].value = 0.1
    assert scores.scores[0] == 0.13
    scores.sliders[0].value = 0.2
    assert scores.scores[0] == 0.2


@given(
    low=st.integers(-40, 40),
    width=st.integers(1, 60),
    step=st.sampled_from([0.01, 0.1, 0.25]),
    place=st.floats(-0.2, 1.2),
)
def test_a_slider_stands_at_its_stops_alone(low, width, step, place):
    value = low + place * width
    slider = widgets.Slider(min=low, max=low + width, step=step)
    slider.value = value
    assert slider.value == pytest.approx(np.clip(value, low, low + width), abs=step / 2 + 1e-9)
    steps = (slider.value - low) / step
    assert steps == pytest.approx(round(steps), abs=1e-6)
    assert slider.nearest_stop(slider.value) == slider.value  # nothing is left for the page to round


def test_a_stop_has_the_digits_that_the_page_gives_it():
    slider = widgets.Slider(min=-5, max=5, step=0.1)
    slider.value = -1.7
    assert slider.value == -1.7000000000000002  # what noUiSlider 15 returned, in Chromium


def test_scores_have_names(scores):
    assert scores.sliders[2].tooltip == "score of face 3"
    assert "score of face 3" in scores.children[2].children[0].value


def test_a_step_is_the_rate_times_the_slope(descent):
    descent.die.scores = Z
    descent.rate.value = 2
    descent.one.click()
    assert descent.die.scores == pytest.approx(Z - 2 * (likelihood.softmax(Z) - F))
    assert descent.loss == pytest.approx(likelihood.cross_entropy(T, descent.die.probabilities))
    assert_the_sliders_show(descent.die)


@pytest.mark.parametrize("start", [np.zeros(6), Z, [5, -3, -3, -3, -3, -3]])
def test_descent_arrives_at_the_frequencies(descent, start):
    descent.die.scores = start
    descent.step(100)
    assert descent.die.probabilities.round(3).tolist() == F.tolist()
    assert descent.loss_text == "loss 34.255 nats"
    assert len(descent.path) == 101
    assert np.all(np.diff(descent.path) < 1e-12)
    assert "Step 100, scores z = (" in descent.description


def test_play_steps_in_the_kernel(descent):
    descent.play.playing = True
    for value in (1, 2, 5):  # the page may leave some out
        descent.play.value = value
    assert descent.steps == 5
    again = widgets.DescentExplorer()
    again.step(5)
    assert descent.die.scores.tolist() == again.die.scores.tolist()
    assert descent.path == again.path
    descent.play.value = 0  # its stop button
    assert descent.steps == 5


def test_start_again_goes_back_to_where_the_hand_left_it(descent):
    descent.die.sliders[0].value = 3.0
    descent.play.playing = True
    descent.play.value = 7
    descent.again.click()
    assert descent.die.scores.tolist() == [3, 0, 0, 0, 0, 0]
    assert (descent.steps, descent.play.value, descent.play.playing) == (0, 0, False)
    descent.play.value = 8  # a tick that was under way in the page
    assert descent.steps == 0
    assert descent.path == [descent.loss]


def test_a_new_path_begins_where_a_hand_moves(descent):
    descent.step(3)
    descent.die.sliders[1].value = 1.0
    assert descent.steps == 0
    assert descent.path == [descent.loss]
    assert descent._panel.line.get_xdata().tolist() == [0]


def test_the_sliders_wait_while_it_plays(descent):
    async def play():
        descent.play.playing = True
        for value in range(1, 4):
            descent.play.value = value
        at_once = [slider.value for slider in descent.die.sliders]
        await asyncio.sleep(2 * widgets.REST)
        return at_once

    assert asyncio.run(play()) == [0] * 6
    assert_the_sliders_show(descent.die)
    descent.die.undo.click()  # all of it was one step
    assert descent.die.scores.tolist() == [0] * 6


def test_a_rate_too_large_never_settles(descent):
    descent.rate.value = 20
    descent.step(4)
    assert descent.path[1] > descent.path[0]
    descent.start_again()
    descent.rate.value = 8
    descent.step(500)
    assert descent.loss > descent.least + 0.5
    assert len(descent.path) == 101  # the picture is full; nothing piles up behind it


def test_scores_so_far_apart_that_y_underflows_still_have_a_loss(descent):
    descent.die.scores = [2000, 0, 0, 0, 0, 0]
    assert descent.die.probabilities[1] == 0
    assert descent.loss_text == "loss 36000.000 nats"


@pytest.mark.parametrize("bad", [0, -1, 1.5, "ten", True, None])
def test_bad_steps_are_refused(descent, bad):
    with pytest.raises(ValueError, match="the number of steps must be a whole number"):
        descent.step(bad)
    assert descent.steps == 0


def test_a_range_and_a_number_reach_the_page_in_one_message(monkeypatch):
    """Else the page rounds to a range that is half the old and half the new, and returns the number."""
    explorer = widgets.DescentExplorer()
    slider, sent = explorer.die.sliders[0], []
    monkeypatch.setattr(slider, "_send", lambda message, **_: sent.append(message["state"]))
    explorer.die.scores = [7.3, 0, 0, 0, 0, 0]
    explorer.die.scores = [1.7, 0, 0, 0, 0, 0]
    assert [list(state.items()) for state in sent] == [
        [("max", 8), ("min", -8), ("value", pytest.approx(7.3))],  # the number last: it needs the range
        [("max", 5), ("min", -5), ("value", pytest.approx(1.7))],
    ]
