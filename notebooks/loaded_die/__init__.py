"""The small helper the chapters share; the arrows go one way.

notebook -> chapter_N -> explorer -> hand (with faces), page, picture; likelihood (the maths) at the bottom.
"""
