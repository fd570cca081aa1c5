"""Names and texts as SQL has them."""


def quoted_name(name: str) -> str:
    """Return a column's name as SQL has it.

    >>> print(quoted_name("body mass"))
    "body mass"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as SQL has it.

    >>> print(literal("it's"))
    'it''s'
    """
    return "'" + text.replace("'", "''") + "'"
