"""CQL2 text read as CQL2 JSON (OGC 21-065r2, clause 8 and annex B), in time that grows with it.

The `cql2` library reads the same language and is what the tests compare with. It is not asked
here: 30 opening brackets keep it busy for minutes, and 2,000 brackets end the process.
"""

from collections.abc import Callable
from typing import Any, Final

import orjson
import shapely

from geo.serving.query.cql2.tokens import MOST_NESTED, Token, syntax_error, tokens

Tree = Any  # what JSON can hold

# How closely operators hold what stands beside them.
_OR, _AND, _COMPARED, _ADDED, _MULTIPLIED, _RAISED = range(1, 7)
_POWERS: Final = {
    "OR": _OR,
    "AND": _AND,
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), _COMPARED),
    **dict.fromkeys(("LIKE", "ILIKE", "IN", "BETWEEN", "IS", "NOT"), _COMPARED),
    **dict.fromkeys(("+", "-"), _ADDED),
    **dict.fromkeys(("*", "/", "%", "DIV"), _MULTIPLIED),
    "^": _RAISED,
}
_LITERALS: Final = {"TRUE": True, "FALSE": False}
_RESERVED: Final = {"OR", "AND", "NOT", "LIKE", "ILIKE", "IN", "BETWEEN", "IS", "DIV", "NULL"}
_WORDS: Final = ("name", "sign")  # kinds of tokens
_VALUE: Final = "a property, value or function"


def parse_text(text: str) -> Tree:
    """Parse a filter in CQL2 text to CQL2 JSON.

    Raises:
        BadParameterError: it is not CQL2 text, or its brackets are nested too deep.
    """
    return _Reader(text).whole()


class _Reader:
    """A recursive descent parser of one filter."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        # As keywords and signs are written; empty for a literal.
        self._words = [token.text.upper() if token.kind in _WORDS else "" for token in self._tokens]
        self._place = self._depth = 0
        self._next, self._word = self._tokens[0], self._words[0]

    def whole(self) -> Tree:
        tree = self._expression(0)
        if self._next.kind != "end":
            raise self._error("an operator, or the end")
        return tree

    def _take(self) -> Token:
        token, self._place = self._next, self._place + 1
        self._next, self._word = self._tokens[self._place], self._words[self._place]
        return token

    def _accept(self, word: str) -> bool:
        """Consume the next token if it is a word."""
        if self._word != word:
            return False
        self._take()
        return True

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise self._error(word)

    def _error(self, expected: str) -> Exception:
        return syntax_error(self._text, self._next.at, expected)

    def _expression(self, floor: int) -> Tree:
        """Parse an expression of operators that bind more tightly than `floor`."""
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise self._error(f"brackets and operators at most {MOST_NESTED} deep")
        left = self._operand()
        while (power := _POWERS.get(self._word, 0)) > floor:
            left = self._binary(left, power)
        self._depth -= 1
        return left

    def _binary(self, left: Tree, power: int) -> Tree:
        if power == _COMPARED:
            return self._comparison(left)
        sign = self._take().text.lower()
        args = [left, self._expression(power)]
        if power == _RAISED and self._word == "^":
            raise self._error("brackets around one of the powers")
        while power <= _AND and self._accept(sign.upper()):
            args.append(self._expression(power))
        return {"op": sign, "args": args}

    def _comparison(self, left: Tree) -> Tree:
        if self._next.kind == "sign":
            return {"op": self._take().text, "args": [left, self._expression(_COMPARED)]}
        if self._accept("IS"):
            denied = self._accept("NOT")
            self._expect("NULL")
            return _negate({"op": "isNull", "args": [left]}, denied=denied)
        denied = self._accept("NOT")
        if self._accept("LIKE"):
            tree = {"op": "like", "args": [left, self._expression(_COMPARED)]}
        elif self._accept("ILIKE"):  # of cql-text, which GDAL writes
            sides = [left, self._expression(_COMPARED)]
            tree = {"op": "like", "args": [{"op": "casei", "args": [side]} for side in sides]}
        elif self._accept("IN"):
            tree = {"op": "in", "args": [left, self._members(self._value)]}
        elif self._accept("BETWEEN"):
            low = self._expression(_COMPARED)
            self._expect("AND")
            tree = {"op": "between", "args": [left, low, self._expression(_COMPARED)]}
        else:  # after NOT
            raise self._error("LIKE, IN or BETWEEN")
        return _negate(tree, denied=denied)

    def _operand(self) -> Tree:
        return self._primary() if self._word else self._literal()

    def _literal(self) -> Tree:
        if self._next.kind == "end":
            raise self._error(_VALUE)
        token = self._take()
        if token.kind == "text":
            return token.text
        if token.kind == "number":
            return _number(token.text)
        if token.kind == "quoted":
            return {"property": token.text}
        return self._shape(token)

    def _primary(self) -> Tree:
        if self._accept("NOT"):
            return {"op": "not", "args": [self._expression(_AND)]}
        if self._word in ("-", "+"):
            return self._number_with_sign()
        if self._word == "(":
            members = self._members(self._value)
            return members[0] if len(members) == 1 else members
        if self._next.kind == "sign" or self._word in _RESERVED:
            raise self._error(_VALUE)
        token = self._take()
        if self._word == "(":
            return self._function_call(token.text)
        literal = _LITERALS.get(token.text.upper())
        return {"property": token.text} if literal is None else literal

    def _number_with_sign(self) -> Tree:
        negative = self._take().text == "-"
        number = self._next.kind == "number"
        if not negative and not number:
            raise self._error("a number")
        value = self._expression(_RAISED)
        if not number:
            return {"op": "*", "args": [-1, value]}
        return -value if negative else value

    def _function_call(self, name: str) -> Tree:
        function = name.lower()
        if function == "bbox":
            return {"bbox": self._members(self._operand)}
        if function == "interval":
            return {"interval": self._members(self._value)}
        in_sets = function.startswith("a_")
        args = self._members(self._set_or_value if in_sets else self._value)
        if function in ("date", "timestamp"):
            return {function: args[0] if len(args) == 1 else args}
        return {"op": function, "args": args}

    def _value(self) -> Tree:
        return self._expression(0)

    def _set_or_value(self) -> Tree:
        """Parse a value; brackets make a set even around a single one."""
        return self._members(self._value) if self._word == "(" else self._value()

    def _members(self, member: Callable[[], Tree]) -> list[Tree]:
        """Parse the members in brackets, between commas."""
        self._expect("(")
        if self._accept(")"):
            return []
        members = [member()]
        while self._accept(","):
            members.append(member())
        self._expect(")")
        return members

    def _shape(self, token: Token) -> Tree:
        try:
            shape = shapely.from_wkt(token.text)
            return orjson.loads(shapely.to_geojson(shape))
        except (shapely.errors.ShapelyError, orjson.JSONDecodeError) as error:
            raise syntax_error(self._text, token.at, "a geometry as well-known text") from error


def _negate(tree: Tree, *, denied: bool) -> Tree:
    return {"op": "not", "args": [tree]} if denied else tree


def _number(text: str) -> int | float:
    return int(text) if text.isdigit() and len(text) < len(str(2**63)) else float(text)
