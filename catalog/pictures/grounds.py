"""Grounds of pictures, each with its patch: sky, azalea, butter, celadon, ramie."""

GROUNDS = [
    ("#e6ecf5", "#d3dff0"),
    ("#fbeaee", "#f6d8df"),
    ("#fdf2d4", "#fae4ab"),
    ("#e3efe9", "#cde1d7"),
    ("#f0efea", "#e4e1d8"),
]
