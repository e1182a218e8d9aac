"""JSON of others, read strictly: nothing twice, no number that is none, and held to a schema."""

import json
from collections.abc import Mapping
from typing import Any, Final

_DEEPEST: Final = "It is nested too deeply."


def read(body: bytes) -> Any:
    """Return what a body says.

    Raises:
        ValueError: It is no JSON; a sentence says why.
    """
    try:
        text = body.decode("utf-8")
        said = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        json.dumps(said, ensure_ascii=False).encode("utf-8")
    except RecursionError as error:
        raise ValueError(_DEEPEST) from error
    except UnicodeDecodeError as error:
        raise ValueError("It is not UTF-8.") from error
    except UnicodeEncodeError as error:
        raise ValueError(
            "It holds half a character, such as \\ud800 without its other half."
        ) from error
    except json.JSONDecodeError as error:
        raise ValueError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("A field is given twice.")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number.")


def problems(value: Any, schema: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return all that a schema finds wrong: a JSON pointer to where, and a sentence."""
    # Imported here: it takes as long as all the rest of the desk.
    from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # types apart

    found = Draft202012Validator(schema).iter_errors(value)
    said = [one for error in found for one in _said(error)]
    return sorted(said)


def _said(error: Any) -> list[tuple[str, str]]:
    """Return a sentence on one fault; of fields too many and missing ones, one for each field."""
    at = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error.path)
    if error.validator == "additionalProperties":
        known = ", ".join(error.schema["properties"])
        strange = sorted(set(error.instance) - set(error.schema["properties"]))
        return [(f"{at}/{name}", f"It is not known here. Known: {known}.") for name in strange]
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return [
            (f"{at}/{name}", "It is missing.") for name in missing if f"'{name}'" in error.message
        ]
    words = {
        "type": f"It has to be of type {error.validator_value}.",
        "enum": f"It has to be one of: {', '.join(map(str, error.validator_value))}."
        if error.validator == "enum"
        else "",
        "minLength": "It is empty.",
        "maxLength": f"It is longer than {error.validator_value} characters.",
        "exclusiveMinimum": f"It has to be above {error.validator_value}.",
        "maximum": f"It is at most {error.validator_value}.",
        "minItems": f"It has fewer than {error.validator_value}.",
        "maxItems": f"It has more than {error.validator_value}.",
    }
    return [(at, words[error.validator])]
