"""The options of `localfront serve`, parsed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from localfront.command.log_options import LogOptions
from localfront.command.serve_defaults import DEFAULT_WORKERS, LOOPBACK
from localfront.http_messages.viewer_facts import NOTHING_KNOWN, ViewerFacts
from localfront.inspector.options import InspectorOptions
from localfront.lambda_edge.workers.debugging import Debugged
from localfront.profiles import PROFILE_2026, Assumptions, Profile
from localfront.sources.terraform_folder.settings import NO_SETTINGS, TerraformSettings

if TYPE_CHECKING:
    from localfront.config.distribution import TrustedKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The parsed options; the interval in seconds, `workers` for each function."""

    http_port: int
    https_port: int
    ca_dir: Path
    distribution_id: str | None
    edge_directories: Mapping[str, Path]
    interval: float
    viewer: ViewerFacts = NOTHING_KNOWN
    config_files: Sequence[Path] = ()
    profile: Profile = PROFILE_2026
    assumptions: Assumptions = field(default_factory=Assumptions)
    workers: int = DEFAULT_WORKERS
    edge_files: Mapping[str, Path] = field(default_factory=dict)
    log_dir: Path | None = None
    address: str = LOOPBACK
    strict: bool = False
    clock: str | None = None  # an order as in `clock_orders`
    terraform: TerraformSettings = NO_SETTINGS
    store_files: Mapping[str, Path] = field(default_factory=dict)
    log: LogOptions = field(default_factory=LogOptions)
    inspector: InspectorOptions | None = field(default_factory=InspectorOptions)
    plain_errors: bool = False
    reload: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)
    signers: Mapping[str, Sequence[TrustedKey]] = field(default_factory=dict)
    lambda_directories: Mapping[str, Path] = field(default_factory=dict)
    debugged: Debugged = field(default_factory=dict)

    @property
    def code_files(self) -> Mapping[str, Path]:
        """Local code of functions of both kinds, by name: folders and files."""
        return {**self.edge_directories, **self.edge_files}
