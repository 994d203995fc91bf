"""Chapter 3: the log-likelihood of many rolls, term by term."""

import numpy as np

from . import likelihood
from .explorer import RollsExplorer
from .parts import Rows, say_terms
from .picture import rounded


class TermsExplorer(RollsExplorer):
    """The sum of the terms t_k log y_k as a staircase down from 0, a step a face."""

    @property
    def height(self):
        return Rows.height(len(self.names) + 1)

    def build(self):
        title = "from 0 down, each face adds t · log y"
        limits = -1.6 * self.N * np.log(len(self.names)), 0
        self.steps = Rows(self.picture, title, limits, len(self.names) + 1)

    def show(self, y, loss):
        terms = likelihood.log_terms(self.t, y)
        ends = np.cumsum(terms)
        texts = [*say_terms(self.names, self.t, y, terms), f"log L = {rounded(ends[-1])}"]
        self.steps.show(texts, [*ends, ends[-1]], [0, *ends[:-1], 0])
