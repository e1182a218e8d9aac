"""The generated reference in ``docs/reference``: each page drawn from the code it describes."""
