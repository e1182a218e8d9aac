"""How many tries a password would stand: reckoned by zxcvbn, on this machine and from memory.

It knows the 30,000 passwords that were used most, English words, names, rows of keys, dates and
what people commonly do with them, also in the middle of something longer.
"""

from collections.abc import Iterable

from zxcvbn_rs_py import zxcvbn

from rules.sign_in import as_typed_anywhere


def tries_to_guess(password: str, *, own_words: Iterable[str]) -> int:
    """Return about how many tries somebody needs who knows what people choose.

    Args:
        own_words: What they would try first here, such as the person's name.
    """
    return int(zxcvbn(as_typed_anywhere(password), list(own_words)).guesses)
