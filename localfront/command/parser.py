"""An argument parser with one-line errors that suggest the nearest name."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

WRONG_USAGE = 2  # the exit status


class OneLineParser(argparse.ArgumentParser):
    """The parser, also for subcommands.

    No abbreviations: a later option could make one ambiguous.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})
        self._blamed = ""

    def error(self, message: str) -> NoReturn:
        """Write one line to standard error, and exit with status 2."""
        problem = message.rstrip(".")
        sys.stderr.write(f"{self.prog}: {self._blamed}{problem}. See `{self.prog} --help`.\n")
        sys.exit(WRONG_USAGE)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse's, plus the nearest valid value."""
        if action.choices is not None and value not in action.choices:
            choices = ", ".join(map(str, action.choices))
            problem = f"there is no {value!r}{nearest(str(value), map(str, action.choices))}"
            raise argparse.ArgumentError(action, f"{problem}. Choose from {choices}")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """As parse_args, but the subcommand reports what it does not know."""
        choices = self._commands().choices
        first = next(iter(arguments), "-")
        if not first.startswith("-") and first not in choices:
            near = nearest(first, choices) or f": there are {', '.join(choices)}"
            self.error(f"there is no command {first}{near}")
        name = next((text for text in arguments if text in choices), "")
        if name:
            self.command(name)._refuse_unknown(arguments[arguments.index(name) + 1 :])
        return self.parse_args(arguments)

    def _refuse_unknown(self, arguments: Sequence[str]) -> None:
        """Report an unknown option before its value is taken for a positional argument."""
        names = self.option_names()
        for text in arguments:
            option = text.partition("=")[0]
            if text == "--":
                return
            if text.startswith("--") and option not in names:
                self.error(f"there is no option {option}{nearest(option, names)}")

    def command(self, name: str) -> OneLineParser:
        """The parser of a subcommand."""
        parser = self._commands().choices[name]
        assert isinstance(parser, OneLineParser)  # noqa: S101 -- add_parser's default class
        return parser

    def commands(self) -> list[OneLineParser]:
        """The parsers of all commands."""
        return [self.command(name) for name in self._commands().choices]

    def _commands(self) -> argparse._SubParsersAction[argparse.ArgumentParser]:
        (commands,) = (a for a in self._actions if isinstance(a, argparse._SubParsersAction))
        return commands

    def prefix_errors(self, file: str) -> None:
        """Prefix further errors with the file's name, once the command line itself was valid."""
        for parser in (self, *self.commands()):
            parser._blamed = f"{file}: "

    def actions(self) -> list[argparse.Action]:
        """The options and positional arguments."""
        return list(self._actions)

    def option_names(self) -> list[str]:
        """The options as typed: `--config`."""
        return [name for action in self._actions for name in action.option_strings]


def nearest(name: str, candidates: Iterable[str]) -> str:
    """` (did you mean 'x'?)` if a name is close, else ""."""
    close = difflib.get_close_matches(name, list(candidates), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
