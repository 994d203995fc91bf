"""The small helper the chapters share: `likelihood` (the maths), `pictures` and `widgets`."""
