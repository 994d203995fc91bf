"""Chapter 2: one roll, and what its one-hot row picks."""

import numpy as np

from . import likelihood
from .explorer import FaceExplorer
from .parts import Rows, say_terms
from .picture import rounded


class OneRollExplorer(FaceExplorer):
    """The six terms t_k log y_k of one roll, of which one at most is not 0, and their sum."""

    @property
    def height(self):
        return Rows.height(len(self.names) + 1)

    def build(self):
        self.terms = Rows(self.picture, "each face adds t · log y", (-4, 0), len(self.names) + 1)

    def show(self, y, loss):
        terms = likelihood.log_terms(self.t, y)
        texts = [*say_terms(self.names, self.t, y, terms), f"sum = {rounded(terms.sum())}"]
        self.terms.show(texts, [*terms, terms.sum()], np.zeros(len(texts)))
