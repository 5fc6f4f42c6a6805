"""The harness's errors, by who can fix them.

HarnessError
├── MissingToolError     a program is not installed; install it
├── PortTakenError       another program listens there; stop it, or choose another port
├── ChildEndedError      a server that we started ended early; its log says why
└── ProvisioningError    Terraform or the emulator refused; the message quotes it
"""


class HarnessError(Exception):
    """An error for the user: one line, with a remedy."""


class MissingToolError(HarnessError): ...


class PortTakenError(HarnessError): ...


class ChildEndedError(HarnessError): ...


class ProvisioningError(HarnessError): ...
