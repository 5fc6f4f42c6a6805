"""`localfront completion SHELL`: a completion script for commands, options and files.

shtab generates it from the parser, so it matches the version that printed it, and pressing Tab
starts no Python.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from localfront.command.parser import OneLineParser

SHELLS = ("bash", "zsh", "fish")
EPILOG = """\
  bash  localfront completion bash > ~/.local/share/bash-completion/completions/localfront
  zsh   localfront completion zsh > ~/.zfunc/_localfront     (with `fpath+=~/.zfunc` before
        `autoload -U compinit; compinit` in ~/.zshrc)
  fish  localfront completion fish > ~/.config/fish/completions/localfront.fish
"""


def add_parser(commands: argparse._SubParsersAction[Any], whole: OneLineParser) -> None:
    parser = commands.add_parser(
        "completion",
        help="print a shell completion script",
        description="Print a script with which a shell completes commands, options and files.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("shell", choices=SHELLS, help="which shell it is for")
    parser.set_defaults(whole=whole)


def run(options: argparse.Namespace) -> int:
    sys.stdout.write(script(options.whole, options.shell))
    return 0


def script(parser: OneLineParser, shell: str) -> str:
    """The script for one of SHELLS."""
    import shtab  # only this command needs it

    for command in parser.commands():
        for action in command.actions():
            kind = _completed(action)
            if kind:
                vars(action)["complete"] = getattr(shtab, kind)
    return str(shtab.complete(parser, shell=shell))


def _completed(action: argparse.Action) -> str:
    """shtab's constant for completing the value; "" for a free value."""
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if metavar == "DIR":
        return "DIRECTORY"
    return "FILE" if metavar in ("FILE", "PROJECT") or metavar.endswith("=FILE") else ""
