"""The small helper the chapters share; the arrows go one way.

notebook -> explorers -> sliders (the hand), panels -> picture; likelihood (the maths) at the bottom.
Beside them: rolls (the reader's own), and words, which all the others use.
"""
