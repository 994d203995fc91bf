"""Chapter 8's own code, and its explorer: the fit against scikit-learn's, the point and its die."""

import contextlib
import io

import numpy as np
import pytest
import stored
from loaded_die import likelihood, widgets
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss


@pytest.fixture(scope="module")
def chapter():
    """The names that chapter 8 has made once it has trained: its own cells, run here."""
    (path,) = [path for path in stored.chapters() if path.stem.startswith("08")]
    made = {}
    with contextlib.chdir(stored.NOTEBOOKS), contextlib.redirect_stdout(io.StringIO()):
        for cell in stored.read(path).cells:
            if cell.cell_type == "code":
                if "ClassifierExplorer" in cell.source:
                    break
                exec(cell.source, made)
    return made


@pytest.fixture
def explorer(chapter):
    some = chapter["held_out"]
    return widgets.ClassifierExplorer(
        chapter["predict"],
        chapter["points"][some],
        chapter["classes"][some],
        chapter["names"],
        ["bill length (mm)", "bill depth (mm)"],
    )


def test_the_fit_is_scikit_learns(chapter):
    points, classes = chapter["points"], chapter["classes"]
    train, held_out = chapter["train"], chapter["held_out"]
    assert sorted([*train, *held_out]) == list(range(len(points)))  # no penguin in both
    model = LogisticRegression(C=np.inf, max_iter=100_000, tol=1e-10)
    model.fit(chapter["rows"](points[train])[:, 1:], classes[train])
    for rows, tolerance in ((train, 1e-3), (held_out, 1e-2)):
        theirs = model.predict_proba(chapter["rows"](points[rows])[:, 1:])
        ours = chapter["predict"](points[rows])
        assert log_loss(classes[rows], ours) == pytest.approx(log_loss(classes[rows], theirs), abs=tolerance)
        assert accuracy_score(classes[rows], ours.argmax(axis=1) + 1) == pytest.approx(
            accuracy_score(classes[rows], theirs.argmax(axis=1) + 1)
        )


def test_the_loss_fell_at_every_step_and_that_of_the_held_out_rows_turned_round(chapter):
    trained_on, held_out = chapter["losses"].T
    assert len(trained_on) == 5000
    assert np.all(np.diff(trained_on) < 0)
    assert chapter["losses"][0] == pytest.approx(np.log(3))
    turn = held_out.argmin()
    assert 0 < turn < 4999
    assert np.all(np.diff(held_out[turn:]) > 0)
    assert chapter["bar"].value == chapter["bar"].max


def test_the_slopes_are_those_of_the_loss(chapter):
    X, T, W = chapter["X"], chapter["T"], np.random.default_rng(1).normal(size=(3, 3))
    for place in np.ndindex(3, 3):
        h = np.zeros((3, 3))
        h[place] = 1e-5
        up, down = (likelihood.cross_entropy(T, likelihood.softmax(X @ V)).mean() for V in (W + h, W - h))
        assert chapter["slopes"](W)[place] == pytest.approx((up - down) / 2e-5, abs=1e-7)


def test_binary_cross_entropy_is_scikit_learns(chapter):
    t, p = np.array([1, 0, 1, 0]), np.array([0.9, 0.9, 0.2, 0.4])
    assert chapter["binary"](t, p).mean() == pytest.approx(log_loss(t, p))


def test_the_point_moves_from_code(chapter, explorer):
    explorer.point = (50, 15)
    assert explorer.die.probabilities == pytest.approx(chapter["predict"](np.array([[50, 15]]))[0])
    assert [slider.value for slider in explorer.die.sliders] == [50, 15]
    assert (explorer._panel.mark.get_xdata()[0], explorer._panel.mark.get_ydata()[0]) == (50, 15)
    assert explorer.description.endswith("The point is (50.0, 15.0).")


def test_the_loss_is_that_of_the_die_and_the_chosen_class(explorer):
    for face in (1, 2, 3):
        explorer.face.value = face
        explorer.die.sliders[0].value = 40.0 + face
        assert explorer.t.tolist() == np.eye(3)[face - 1].tolist()
        y = explorer.die.probabilities
        assert explorer.loss_text == f"loss {likelihood.cross_entropy(explorer.t, y):.3f} nats"
        assert f"the true class is {explorer.names[face - 1]}: {explorer.loss_text}" in explorer.description
        assert explorer.description in explorer._moving.value
        labels = [label.get_text() for label in explorer._bars.labels]
        assert labels == [f"{p:.2f}" for p in y]


def test_a_move_sends_little_and_leaves_the_regions_alone(explorer):
    still = explorer._still.value
    assert len(still) < 150_000
    explorer.die.sliders[1].value = 14.0
    assert explorer._still.value == still
    assert len(explorer._moving.value) < 4000


def test_undo_brings_the_point_back(explorer):
    start = explorer.point
    explorer.die.sliders[0].value = 50.0
    explorer.die.undo.click()
    assert explorer.point.tolist() == start.tolist()
    assert explorer.die.sliders[0].value == start[0]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ((np.nan, 15), "point contains nan"),
        ((50,), r"point has shape \(1,\): it needs 2 numbers"),
        ((500, 15), r"point contains 500: bill length \(mm\) goes from"),
        ("here", "point is 'here'"),
    ],
)
def test_a_bad_point_is_refused_and_nothing_changes(explorer, bad, why):
    before = explorer.description
    with pytest.raises(ValueError, match=why):
        explorer.point = bad
    assert explorer.description == before


def test_the_sliders_have_names(explorer):
    assert [slider.tooltip for slider in explorer.die.sliders] == ["bill length (mm)", "bill depth (mm)"]
    assert "bill depth (mm)" in explorer.die.children[1].children[0].value


def test_it_is_stored_as_picture_and_text(explorer):
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.description
    assert "image/png" in bundle
