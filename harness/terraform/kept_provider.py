"""Start Terraform's AWS provider once for a command that would start it four times.

Terraform starts it to read its schema, to validate, to plan and to apply; it is a program of
700 MB, and each start takes a second or more of processor time. With `-debug` it runs until it is
stopped, and prints how Terraform attaches to it. Source: Terraform plugin development, "Debugging
providers" (TF_REATTACH_PROVIDERS).

If that fails, Terraform starts it as usual.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from harness.errors import HarnessError
from harness.processes.children import Children
from harness.processes.leftovers import PROCESSES

READY_WITHIN = 60  # seconds; usually one
# Without Terraform as its parent, the provider's log level would be TRACE.
QUIET = {"TF_LOG": "OFF", "TF_LOG_PROVIDER": "OFF", "TF_LOG_SDK": "OFF", "TF_LOG_SDK_PROTO": "OFF"}
PROGRAM = ".terraform/providers/*/hashicorp/aws/*/*/terraform-provider-aws*"


@contextmanager
def kept_provider(
    configuration: Path, environment: Mapping[str, str], *, also_for: Iterable[Path] = ()
) -> Iterator[dict[str, str]]:
    """Yield the environment variables for Terraform; empty if the provider cannot be kept.

    `configuration` is a run's initialised copy of terraform/. The provider calls AWS's APIs with
    `environment`, and looks for files from `configuration` on. Resources of other configurations
    are known to Terraform if a file of `also_for` names their types.
    """
    programs = sorted(configuration.glob(PROGRAM))
    if len(programs) != 1 or not os.access(programs[0], os.X_OK):
        yield {}
        return
    run = configuration.parent
    # Brings asyncio and h2, which most starts need not wait for; nor does docker compose's container
    # of Terraform have localfront.
    from localfront.sources.terraform_provider.attachment import VARIABLE
    from localfront.sources.terraform_provider.named_types import (
        NamedTypes,
        configuration_files,
        named_types,
    )
    from localfront.sources.terraform_provider.provider_proxy import proxied

    def named() -> NamedTypes:
        own = configuration_files(configuration, configuration / ".terraform")
        return named_types([*own, *also_for])

    with (
        # A run's sockets are private to it. A short name: a socket's path has at most 104 bytes.
        TemporaryDirectory(prefix="p-", dir=run) as sockets,
        Children(record=run / PROCESSES) as alone,  # its end must not end the run
    ):
        name = Path(sockets).name  # several may be kept at a time
        try:
            server = alone.serve(
                "terraform-provider",
                [programs[0], "-debug"],
                env={**environment, **QUIET, "TMPDIR": sockets},
                cwd=configuration,
                log=run / "logs" / f"terraform-provider-{name}.log",
            )
            found = server.wait_for_line(f"{VARIABLE}='", timeout=READY_WITHIN)
        except (HarnessError, OSError):
            yield {}
            return
        attached = found.partition("'")[2].rpartition("'")[0]
        with proxied(attached, programs[0], named, Path(sockets)) as replacement:
            yield {VARIABLE: replacement}
