"""Apply changed Terraform on top of a restored stack that is already open."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.errors import HarnessError
from harness.progress import Progress
from harness.stack.stack import Stack
from harness.terraform.outputs import Outputs

BEHIND = "terraform/ has changed: this is the stack of the last run; the change is being applied"
IS_APPLIED = "terraform/ is applied"
RENAMED = "the edge function has another name now: stop and start again to see edge/ live"
NOT_APPLIED = "terraform/ was not applied; the old stack keeps running"


class OnTop:
    """A pending apply. `outputs` are those of the restored stack. Use `applying`."""

    def __init__(self, stack: Stack, progress: Progress) -> None:
        self.outputs: Outputs = stack.outputs
        self.is_whole = stack.kept is None or not stack.kept.is_behind
        self._stack = stack
        self._progress = progress

    def apply(self) -> None:
        self._progress.say(BEHIND)
        try:
            # Terraform's state was saved with the emulator's, so it can skip the slow refresh.
            outputs = self._stack.workspace.apply(self._stack.variables, refresh=False)
        except (HarnessError, OSError) as reason:
            if not self._stack.servers.is_closed():
                self._progress.say(f"{NOT_APPLIED}: {reason}")
            return
        renamed = outputs.edge_function_name != self.outputs.edge_function_name
        self.outputs = outputs
        self._progress.say(IS_APPLIED)
        if renamed:
            self._progress.say(RENAMED)
        if saved := self._stack.kept:  # in case this run is killed later
            saved.keep(self._stack.emulator, outputs)
        self.is_whole = True


@contextmanager
def applying(stack: Stack, progress: Progress) -> Iterator[OnTop]:
    """Apply the changes in a thread during the block. Ending the stack's children ends it, too."""
    on_top = OnTop(stack, progress)
    if not on_top.is_whole:
        # A daemon thread, so that it does not delay the end; Terraform ends with the children.
        threading.Thread(target=on_top.apply, name="terraform on top", daemon=True).start()
    yield on_top
