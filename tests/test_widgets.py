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


@pytest.fixture
def die():
    return widgets.Die(T, words.FACES)


def test_a_new_die_is_fair(die):
    assert die.probabilities.tolist() == [1 / 6] * 6
    assert [slider.value for slider in die.sliders] == [1 / 6] * 6


def test_the_others_share_the_rest_in_the_proportions_they_had(die):
    die.probabilities = F
    die.sliders[5].value = 0.65
    assert die.probabilities == pytest.approx([0.05, 0.075, 0.1, 0.075, 0.05, 0.65])
    assert [slider.value for slider in die.sliders] == pytest.approx(die.probabilities)


def test_with_nothing_to_go_by_they_share_equally(die):
    die.probabilities = [0, 0, 0, 0, 0, 1]
    die.sliders[5].value = 0.5
    assert die.probabilities == pytest.approx([0.1] * 5 + [0.5])


def test_a_locked_face_stays_and_the_range_shrinks(die):
    die.locks[0].value = True
    die.sliders[5].value = 0.9
    assert die.probabilities[0] == 1 / 6
    assert die.probabilities[5] == pytest.approx(5 / 6)  # all there is to have
    assert die.sliders[5].value == pytest.approx(5 / 6)
    assert die.sliders[0].disabled
    assert die.locks[0].icon == "lock"


def test_the_last_free_face_has_no_choice(die):
    for lock in die.locks[:5]:
        lock.value = True
    assert all(slider.disabled for slider in die.sliders)
    die.sliders[5].value = 0.9
    assert die.probabilities == pytest.approx([1 / 6] * 6)
    assert die.sliders[5].value == pytest.approx(1 / 6)
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
    assert sliders[:5] == [1 / 6] * 5
    assert [slider.value for slider in die.sliders] == pytest.approx([0.1] * 5 + [0.5])


def test_what_the_page_returns_is_no_move(die):
    for slider in die.sliders:
        slider.value = 0.17  # 1/6 as the page rounds it to the slider's step
    assert die.probabilities.tolist() == [1 / 6] * 6
    assert die.undo.disabled


def test_a_late_echo_is_no_move_either(die):
    async def race():
        die.sliders[0].value = 0.333
        await asyncio.sleep(2 * widgets.REST)  # the others were sent 0.1334
        die.sliders[5].value = 0.5  # the hand moves again before the echo of 0.1334 is back
        before = die.probabilities
        die.sliders[1].value = 0.13
        return before

    before = asyncio.run(race())
    assert die.probabilities.tolist() == before.tolist()


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
        assert all(widgets.shows(slider.value, p) for slider, p in zip(die.sliders, y))


@pytest.mark.parametrize("make", EXPLORERS)
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


@pytest.mark.parametrize("make", EXPLORERS)
def test_a_move_leaves_the_still_layer_alone(make):
    explorer = make()
    still, moving = explorer._still.value, explorer._moving.value
    explorer.die.match.click()
    assert explorer._still.value == still
    assert explorer._moving.value != moving


@pytest.mark.parametrize("make", EXPLORERS)
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
