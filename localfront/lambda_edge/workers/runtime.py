"""Runtimes: how a worker is started, and the packages that it can import.

A Python worker sees its own code, and one directory of links to the packages of AWS's runtime: an
import that would fail on AWS fails here too, regardless of other installed packages. A Node.js
worker sees only its own code.
"""

from __future__ import annotations

import compileall
import logging
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from threading import Lock

from localfront.errors import ConfigError
from localfront.lambda_edge.contract.limits import MB
from localfront.lambda_edge.function import EdgeFunction
from localfront.lambda_edge.workers.debugging import Debugging, check_port, find_debugpy
from localfront.lambda_edge.workers.interpreters import (
    OWN_PYTHON,
    Interpreter,
    find_interpreter,
)
from localfront.lambda_edge.workers.node_sdk import NodeSdk
from localfront.lambda_edge.workers.worker_paths import WorkerPaths, interpreter_paths

LOG = logging.getLogger("localfront")

# The headroom of a process above its function's memory size: threads reserve stacks that they never
# use.
MEMORY_HEADROOM_MB = 256

# boto3 as in AWS's runtimes, AWS's runtime interface client, and their dependencies.
_DISTRIBUTIONS = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "jmespath",
    "python-dateutil",
    "s3transfer",
    "six",
    "urllib3",
)
# Compiled ahead, as workers write no bytecode.
_TO_COMPILE = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client.py")
# -I searches neither the current directory, which is the function's, nor what the environment
# names; -S leaves out what is installed beside localfront; -B writes no bytecode into the code
# directory, which is read-only on AWS.
_ISOLATED = ("-I", "-S", "-B")
_NATIVE_CLIENT = "runtime_client"
_HERE = Path(__file__).parent
_OWN_CLIENT = _HERE / "runtime_client.py"
_BYTECODE = _HERE / "__pycache__"  # found beside the links, too: each pool would compile them anew
_START = (
    "worker_start.py",
    "supervisor.py",
    "process_tree.py",
    "confinement.py",
    "system_calls.py",
    "moved_clock.py",
)
# Lambda's options for Node.js, so that functions that fail there fail here. Source: AWS Lambda
# Developer Guide, "Building Lambda functions with Node.js".
_NO_REQUIRE_OF_MODULES = "--no-experimental-require-module"
_NO_DETECTION_OF_MODULES = "--no-experimental-detect-module"
NODE_FLAGS = {
    "nodejs20.x": (_NO_REQUIRE_OF_MODULES,),
    "nodejs22.x": (_NO_REQUIRE_OF_MODULES, _NO_DETECTION_OF_MODULES),
}
_NODE = ("bootstrap", "client", "clock", "failures", "handler", "sdk", "streams")
_BOOTSTRAPS = ("python_bootstrap.py", "python_debugger.py", *(f"node_{n}.mjs" for n in _NODE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Debugger:
    """A worker's debugger: arguments, and paths to read; empty if there is none."""

    arguments: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()


NO_DEBUGGER = Debugger()
NO_LIMIT_MB = 1 << 32  # of memory while debugging: effectively unlimited


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """A runtime. `directory` is LAMBDA_RUNTIME_DIR; `paths` are the real paths that it reads."""

    interpreter: Interpreter
    directory: Path
    paths: tuple[Path, ...]

    def debugger(self, function: EdgeFunction, debugging: Debugging) -> Debugger:
        """The debugger of a function. Raises ConfigError. Blocks: call it in a thread."""
        if debugging.terminal:
            return Debugger(arguments=("", debugging.terminal, ""))
        port = debugging.port_for(function.runtime)
        check_port(port)
        arguments = (str(port), "wait" if debugging.waits else "")
        if self.interpreter.is_node:
            return Debugger(arguments=arguments)
        package = find_debugpy()
        folder = self.directory.with_name(f"{self.directory.name}-debugger")
        folder.mkdir(exist_ok=True)
        link = folder / package.name
        if not link.exists():
            link.symlink_to(package)
        paths = (folder.resolve(), package.resolve())
        return Debugger(arguments=(str(folder), *arguments), paths=paths)

    def command(
        self,
        function: EdgeFunction,
        paths: WorkerPaths,
        sdk: NodeSdk | None = None,
        debugger: Debugger = NO_DEBUGGER,
    ) -> tuple[str, ...]:
        """The command, to be run in the function's code directory."""
        memory_mb = NO_LIMIT_MB if debugger.arguments else function.memory_mb + MEMORY_HEADROOM_MB
        memory_bytes = str(memory_mb * MB)
        limits = (
            memory_bytes,
            memory_bytes,
            *map("\n".join, (paths.readable, paths.writable)),
        )
        if self.interpreter.is_node:
            heap = [] if debugger.arguments else [f"--max-old-space-size={function.memory_mb}"]
            bootstrap = str(self.directory / "node_bootstrap.mjs")
            flags = [f for f in NODE_FLAGS.get(function.runtime, ()) if f in self.interpreter.flags]
            outside = "" if sdk is None else str(sdk.folder)
            node = (self.interpreter.program, *heap, *flags, bootstrap, outside)
            start = str(self.directory / "worker_start.py")
            return (sys.executable, *_ISOLATED, start, *limits, *node, *debugger.arguments)
        start = str(self.directory / "python_bootstrap.py")
        python = (self.interpreter.program, *_ISOLATED, *self._bytecode(), start)
        return (*python, *limits, function.handler, *debugger.arguments)

    @contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """A worker's temporary folder; not in /tmp, where other functions could change it."""
        with tempfile.TemporaryDirectory(
            prefix="tmp-", dir=self.directory.parent, ignore_cleanup_errors=True
        ) as folder:
            yield Path(folder)

    def _bytecode(self) -> tuple[str, ...]:
        if self.interpreter.is_own:
            return ()
        return ("-X", f"pycache_prefix={_bytecode_directory(self.directory)}")


class Runtimes:
    """The runtimes of a pool, each prepared at first use.

    `path` is where interpreters are looked for, None for PATH.
    """

    def __init__(self, directory: Path, *, path: str | None = None) -> None:
        self._directory = directory
        self._path = path
        self._ready: dict[str, Runtime] = {}
        self._lock = Lock()

    def ready(self, name: str) -> Runtime | None:
        """The runtime if `prepare` was called for it."""
        return self._ready.get(name)

    def prepare(self, name: str) -> Runtime:
        """Find the interpreter and link its packages. Blocks: call it in a thread.

        Raises ConfigError if there is no interpreter for it.
        """
        with self._lock:
            if name not in self._ready:
                self._ready[name] = self._prepared(name)
            return self._ready[name]

    def _prepared(self, name: str) -> Runtime:
        interpreter = find_interpreter(name, self._path)
        directory = self._directory / name
        directory.mkdir()
        _link(directory, _BYTECODE, *(_HERE / file for file in (*_START, *_BOOTSTRAPS)))
        for file in _START:
            _compile(_HERE / file)
        if not interpreter.is_node:
            lay_out_runtime(directory)
            if not interpreter.is_own and not _can_run(interpreter, directory):
                LOG.warning(
                    "%s cannot load AWS's runtime for Python: functions with the runtime "
                    "%s run on version %s",
                    interpreter.program,
                    name,
                    OWN_PYTHON.version,
                )
                interpreter = OWN_PYTHON
        paths = (
            *interpreter_paths(interpreter),
            *directory.iterdir(),
            directory,
            _bytecode_directory(directory),
        )
        return Runtime(
            interpreter=interpreter,
            directory=directory,
            paths=tuple(path.resolve() for path in paths),
        )


def lay_out_runtime(directory: Path) -> None:
    """Link the Python runtime's packages into an empty directory.

    `runtime_client.py` replaces awslambdaric's native client. Raises ConfigError if a package is
    missing.
    """
    for name in _DISTRIBUTIONS:
        for entry in _top_level_entries(name):
            if entry.name.split(".")[0] != _NATIVE_CLIENT:
                (directory / entry.name).symlink_to(entry)
    _link(directory, _OWN_CLIENT)
    for name in _TO_COMPILE:
        _compile(directory / name)


def _link(directory: Path, *files: Path) -> None:
    for file in files:
        (directory / file.name).symlink_to(file)


@cache  # botocore alone lists two thousand files
def _top_level_entries(name: str) -> frozenset[Path]:
    try:
        distribution = metadata.distribution(name)
    except metadata.PackageNotFoundError as error:
        raise ConfigError(
            f"The Python package {name!r} is not installed; workers for Lambda@Edge need it. "
            "Install localfront with its dependencies."
        ) from error
    tops = {file.parts[0] for file in distribution.files or () if ".." not in file.parts}
    return frozenset(
        Path(str(distribution.locate_file(top)))
        for top in tops
        if not top.endswith((".dist-info", ".egg-info")) and top != "__pycache__"
    )


def _compile(path: Path) -> None:
    """Compile a package; if it is not writable, imports just take longer."""
    if path.is_dir():
        compileall.compile_dir(path, quiet=2)
    elif path.exists():
        compileall.compile_file(path, quiet=2)


def _bytecode_directory(runtime: Path) -> Path:
    return runtime.with_name(f"{runtime.name}-bytecode")


def _can_run(interpreter: Interpreter, directory: Path) -> bool:
    """Whether an interpreter of another version can load the runtime's packages.

    They may be built for another version. Successful imports leave bytecode for the workers.
    """
    prefix = f"pycache_prefix={_bytecode_directory(directory)}"
    load = (
        "import sys; sys.path.insert(0, sys.argv[1]); import python_bootstrap; "
        "import awslambdaric.bootstrap, boto3.session; boto3.session.Session()"
    )
    done = subprocess.run(  # noqa: S603 - found on PATH by its name
        [interpreter.program, "-I", "-S", "-X", prefix, "-c", load, str(directory)],
        env={"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9/"},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
