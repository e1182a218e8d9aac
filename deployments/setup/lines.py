"""Code lines of the product by room: neither blank, comment nor docstring; no migration, no test.

``python deployments/setup/lines.py [FOLDER]``. It fails where there are more than ``AT_MOST``.
"""

import ast
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOMS = ("rules", "adapters", "models", "services", "tasks", "flows", "deployments", "desk")
AT_MOST = 91_000


def docstrings(tree: ast.AST) -> set[int]:
    """Return the lines that strings by themselves stand on: docstrings, and words under names."""
    return {
        line
        for node in ast.walk(tree)
        for body in [getattr(node, "body", None)]
        if isinstance(body, list)
        for one in body
        if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
        if isinstance(one.value.value, str)
        for line in range(one.lineno, (one.end_lineno or one.lineno) + 1)
    }


def code_lines(file: Path) -> int:
    """Return how many lines of a file hold code."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    with file.open("rb") as stream:
        held = {
            line
            for token in tokenize.tokenize(stream.readline)
            if token.type not in silent | {tokenize.ENCODING, tokenize.ENDMARKER}
            for line in range(token.start[0], token.end[0] + 1)
        }
    return len(held - docstrings(ast.parse(file.read_text(encoding="utf-8"))))


def main(house: Path) -> int:
    """Print the lines by room, and return an exit status."""
    files = [
        file
        for room in ROOMS
        for file in (house / room).rglob("*.py")
        if not {"migrations", "setup"} & set(file.relative_to(house).parts)
    ]
    lines: Counter[str] = Counter()
    for file in files:
        folder = file.parent.relative_to(house)
        lines["/".join(folder.parts[:2])] += code_lines(file)
    long = [file for file in files if len(file.read_text(encoding="utf-8").splitlines()) > 250]
    told = [f"{count:>7,}  {room}" for room, count in sorted(lines.items())]
    told.append(f"{lines.total():>7,}  in {len(files)} modules, {len(long)} of them over 250 lines")
    sys.stdout.write("\n".join(told) + "\n")
    return int(lines.total() > AT_MOST)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
