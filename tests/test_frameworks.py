"""The numbers that chapter 7 quotes from other libraries, each computed by the library itself.

PyTorch is no requirement: its test exists only where it can be imported.
"""

import importlib.util

import numpy as np
import pytest
from loaded_die import likelihood
from scipy import special
from sklearn.metrics import log_loss

ROLLS = likelihood.ROLLS
Z = np.array([1.0, 0.5, -0.5, 0.0, -1.0, 2.0])  # the scores of chapter 7
F = likelihood.frequencies(likelihood.counts(ROLLS))
MEAN, TWICE, TWO_FACES = QUOTED = ("2.045", "1.753", "0.371")


def test_scikit_learn():
    assert f"{log_loss(ROLLS, np.tile(likelihood.softmax(Z), (20, 1))):.3f}" == MEAN
    assert f"{log_loss(ROLLS, np.tile(special.softmax(special.softmax(Z)), (20, 1))):.3f}" == TWICE
    assert f"{log_loss([1], [[1 - special.expit(0.8), special.expit(0.8)]], labels=[0, 1]):.3f}" == TWO_FACES


def test_scipy():
    assert f"{-(F * special.log_softmax(Z)).sum():.3f}" == MEAN
    assert f"{-(F * special.log_softmax(special.softmax(Z))).sum():.3f}" == TWICE
    assert f"{-special.log_expit(0.8):.3f}" == TWO_FACES


if importlib.util.find_spec("torch"):

    def test_pytorch():
        import torch

        scores, faces = torch.tensor(Z).repeat(20, 1), torch.tensor(ROLLS - 1)
        loss = torch.nn.CrossEntropyLoss()
        assert f"{loss(scores, faces):.3f}" == MEAN
        assert f"{torch.nn.NLLLoss()(torch.log_softmax(scores, dim=1), faces):.3f}" == MEAN
        assert f"{loss(torch.softmax(scores, dim=1), faces):.3f}" == TWICE
        assert f"{torch.nn.BCEWithLogitsLoss()(torch.tensor(0.8), torch.tensor(1.0)):.3f}" == TWO_FACES
        # And the slope of the loss, which PyTorch finds by itself.
        z = torch.tensor(Z, requires_grad=True)
        loss(z.repeat(20, 1), faces).backward()
        assert z.grad.numpy() == pytest.approx(likelihood.softmax(Z) - F)
