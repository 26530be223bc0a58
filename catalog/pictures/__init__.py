"""Pictures: accepted from sellers or drawn for the demo, then derived into the sizes that pages show.

`uploads` checks what a seller sends, `sizes` says what is made of a picture, `sources` opens it,
`derive` makes the sizes (ahead in a task, or at once for a page that waits), `markup` writes `<picture>`.
"""
