"""Methods that people may call by name, with parameters from JSON."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from inspect import Parameter, getdoc, isfunction, signature
import sys
from types import NoneType
from typing import get_args

from .errors import SimulatorError, UnknownError

_ACTIONS: set[Callable[..., object]] = set()

_WORDS: Mapping[type, str] = {
    bool: "true or false",
    float: "a number",
    int: "a whole number",
    str: "a text",
    NoneType: "null",
}


def action[MethodT: Callable[..., object]](method: MethodT) -> MethodT:
    """Let people call a method by its name; its keywords are the fields of the JSON."""
    _ACTIONS.add(method)
    return method


def perform(target: object, name: str, body: Mapping[str, object]) -> object:
    """Call an action by its name, or say what is wrong with the wish."""
    known = _actions(type(target))
    if name not in known:
        raise UnknownError(f"There is no {name!r} here, but {', '.join(sorted(known))}")
    wanted = _parameters(known[name])
    if unknown := body.keys() - wanted.keys():
        takes = ", ".join(wanted) or "nothing"
        raise SimulatorError(f"{name} takes {takes}, not {', '.join(sorted(unknown))}")
    for key, parameter in wanted.items():
        if parameter.default is Parameter.empty and key not in body:
            raise SimulatorError(f"{name} needs {key}")
    values = {key: _read(key, body[key], wanted[key].annotation) for key in body}
    return known[name](target, **values)


def describe(target: type) -> Mapping[str, object]:
    """Return what each action of a class does and takes, for people."""
    return {
        name: {
            "does": getdoc(method),
            "takes": {
                key: _words(parameter.annotation)
                for key, parameter in _parameters(method).items()
            },
        }
        for name, method in _actions(target).items()
    }


def _actions(target: type) -> Mapping[str, Callable[..., object]]:
    """Return the actions of a class by name."""
    return {
        name: method
        for name, method in vars(target).items()
        if isfunction(method) and method in _ACTIONS
    }


def _parameters(method: Callable[..., object]) -> Mapping[str, Parameter]:
    """Return the parameters of a method but for its object."""
    _, *parameters = signature(method).parameters.values()
    return {parameter.name: parameter for parameter in parameters}


def _kinds(wanted: type) -> tuple[type, ...]:
    """Return the types that a union is made of, or the one."""
    return get_args(wanted) or (wanted,)


def _read(name: str, value: object, wanted: type) -> object:
    """Return a value as the type that is wanted, or say that it is none."""
    for kind in _kinds(wanted):
        match value:
            case bool() | None:
                fits = type(value) is kind
            case int() | float() if kind is float:
                # Neither JSON's Infinity and NaN nor a whole number beyond all measure.
                fits = abs(value) <= sys.float_info.max
            case str() if issubclass(kind, StrEnum):
                fits = value in list(kind)
            case _:
                fits = type(value) is kind
        if fits:
            return value if value is None else kind(value)
    raise SimulatorError(f"{name} must be {_words(wanted)}, not {value!r}")


def _words(wanted: type) -> str:
    """Return a type in words."""
    return " or ".join(
        " or ".join(kind) if issubclass(kind, StrEnum) else _WORDS[kind]
        for kind in _kinds(wanted)
    )
