"""The function's imports: a visitor waits for its cold start."""

import ast
import io
import subprocess
import sys
import zipfile
from pathlib import Path

EDGE = Path(__file__).parents[2] / "edge"
MODULES = sorted(EDGE.glob("*.py"))
LARGEST_PACKAGE = 1024 * 1024  # bytes: the older limit of viewer events (D.1)


def imported(module: Path) -> set[str]:
    """The top-level names that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_the_function_needs_only_the_standard_library() -> None:
    own = {module.stem for module in MODULES}

    foreign = set().union(*map(imported, MODULES)) - own - set(sys.stdlib_module_names)

    assert foreign == set()


def test_the_package_is_far_below_the_limit() -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for module in MODULES:
            archive.write(module, module.name)

    assert len(package.getvalue()) < LARGEST_PACKAGE / 20


def test_the_function_loads_without_heavy_modules() -> None:
    heavy = ["asyncio", "boto3", "botocore", "urllib.request", "xml", "sqlite3"]
    code = f"import sys, viewer_request;print([name for name in {heavy} if name in sys.modules])"

    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, '.'); {code}"],
        cwd=EDGE,
        capture_output=True,
        check=True,
        text=True,
        timeout=240,
    )

    assert done.stdout.strip() == "[]"
