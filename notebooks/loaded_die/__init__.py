"""The small helper the chapters share; the arrows go one way.

notebook -> explorers -> sliders (the hand), panels -> picture; likelihood (the maths) at the bottom.
Beside them: words, which all the others use.
"""
