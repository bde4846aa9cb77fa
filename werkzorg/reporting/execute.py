"""Running notebooks: parameters checked by name and type, success proved by a mark, one process for all."""

from __future__ import annotations

import ast
import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from werkzorg.errors import ExitCode, Problem, WerkzorgError, is_full_disk
from werkzorg.params.files import shipped
from werkzorg.reporting.marks import is_finished

PACKAGE = Path(__file__).resolve().parent.parent
_START_SECONDS = 60
_SOCKET_FOLDER_BYTES = 90
_READING = threading.Lock()
_KERNELS: weakref.WeakSet[Any] = weakref.WeakSet()


def notebook_names() -> list[str]:
    """Names of the shipped notebooks, in alphabetical order."""
    return sorted(path.stem for path in shipped("notebooks").glob("*.ipynb"))


def notebook_parameters(name: str) -> dict[str, type]:
    """Parameters of a shipped notebook with their types, read from its cell tagged `parameters`.

    Parameters
    ----------
    name : str
        Name without `.ipynb`.

    Raises
    ------
    WerkzorgError
        When there is no such notebook.
    """
    import nbformat

    notebook = nbformat.read(_notebook_path(name), as_version=4)
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    found = {}
    for node in ast.parse(cells[0].source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found[node.target.id] = {"str": str, "int": int, "float": float, "bool": bool}[ast.unparse(node.annotation)]
    return found


def _notebook_path(name: str) -> Path:
    names = notebook_names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=1)
        values = {"name": name, "near": near[0] if near else "-", "names": ", ".join(names)}
        raise WerkzorgError(ExitCode.CONFIGURATION, Problem("reporting.notebook_unknown", values=values))
    return shipped("notebooks") / f"{name}.ipynb"


def check_parameters(name: str, parameters: Mapping[str, object]) -> None:
    """Refuse a parameter that the notebook does not declare, or of another type.

    Papermill itself only warns about an unknown name, and runs a name with a line break in it as code.

    Raises
    ------
    WerkzorgError
        Exit code configuration, with the nearest name.
    """
    known = notebook_parameters(name)
    problems = []
    for parameter, value in parameters.items():
        if parameter not in known:
            near = difflib.get_close_matches(parameter, known, n=1)
            values = {"parameter": parameter, "near": near[0] if near else "-", "names": ", ".join(known)}
            problems.append(Problem("reporting.notebook_parameter", values={"name": name, **values}))
        elif type(value) is not known[parameter]:
            values = {"name": name, "parameter": parameter, "type": known[parameter].__name__}
            problems.append(Problem("reporting.notebook_type", values=values))
    if problems:
        raise WerkzorgError(ExitCode.CONFIGURATION, *problems)


def run_notebook(name: str, out_path: str | Path, parameters: Mapping[str, object], *, timeout: int = 120) -> Path:
    """Run a shipped notebook in a kernel of its own and keep the executed notebook.

    Parameters
    ----------
    name : str
        Name of the notebook without `.ipynb`.
    out_path : str or pathlib.Path
        Where the executed notebook goes. It appears there only after success, without paths in its metadata.
    parameters : mapping
        Values for the parameters that the notebook declares.
    timeout : int
        Seconds that one cell may take.

    Returns
    -------
    pathlib.Path
        The executed notebook.

    Raises
    ------
    WerkzorgError
        Unknown name or parameter; a cell that fails or takes too long; a kernel that dies; a missing mark of
        completion; a file that cannot be written.
    OSError
        A full disk: whoever runs this knows which step it was, and says so.
    """
    check_parameters(name, parameters)
    source, out = _notebook_path(name), Path(out_path)
    # `tempfile` follows TMPDIR, so the files of a run stay in the folder of the run.
    folder = Path(tempfile.mkdtemp(prefix="werkzorg-"))
    try:
        draft = folder / out.name
        _execute(name, source, draft, dict(parameters), timeout)
        return _keep(name, draft, out)
    except OSError as fault:
        if is_full_disk(fault):
            raise
        raise _failed(name, "reporting.reason.disk", error=fault.strerror or type(fault).__name__) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _execute(name: str, source: Path, draft: Path, parameters: dict[str, object], timeout: int) -> None:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    try:
        papermill.execute_notebook(
            str(source),
            str(draft),
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            start_timeout=_START_SECONDS,
            execution_timeout=timeout,
            kernel_manager_class=_kernel_manager_class(str(draft.parent)),
        )
    except PapermillExecutionError as fault:
        # Of other errors only the kind is repeated: their text can hold anything.
        error = fault.evalue.splitlines()[0] if fault.ename == WerkzorgError.__name__ else fault.ename
        raise _failed(name, "reporting.reason.cell", cell=fault.cell_index, error=error) from None
    except CellTimeoutError:
        raise _failed(name, "reporting.reason.timeout", seconds=timeout) from None
    except DeadKernelError:
        raise _failed(name, "reporting.reason.kernel") from None
    except RuntimeError:
        raise _failed(name, "reporting.reason.start") from None


def _kernel_manager_class(folder: str) -> type:
    """Kernel manager whose kernels work in `folder` and import the same werkzorg as this process.

    Kernel and process talk over sockets in that folder, which no other user can open, instead of plain TCP.
    """
    from jupyter_client.manager import AsyncKernelManager

    class RunKernelManager(AsyncKernelManager):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            # The system allows 103 bytes for the path of a socket; a longer folder falls back to TCP.
            if os.name == "posix" and len(os.fsencode(folder)) <= _SOCKET_FOLDER_BYTES:
                self.transport, self.ip = "ipc", os.path.join(folder, "k")  # noqa: PTH118 (the trait wants text)

        async def start_kernel(self, **options: Any) -> None:
            # A kernel of the same name in the user's own folder may belong to another Python.
            self.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
            paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
            env = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}
            # Several kernels at once: each keeps to one thread of numpy, else they fight for the cores.
            env.setdefault("OMP_NUM_THREADS", "1")
            # What a kernel itself writes (not its cells) is about its own shutdown and would clutter the terminal.
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            await super().start_kernel(**(options | quiet | {"env": env, "cwd": folder}))
            _KERNELS.add(self)

    return RunKernelManager


def stop_kernels() -> None:
    """End every kernel of this process that is still at work, so that a run that stops does not wait for it."""
    for manager in list(_KERNELS):
        process = getattr(manager.provisioner, "process", None)
        if process is not None and process.poll() is None:
            process.kill()


def _keep(name: str, draft: Path, out: Path) -> Path:
    """Move an executed notebook to its place when its mark of completion is there."""
    import nbformat

    with _READING:
        notebook = nbformat.read(draft, as_version=4)
    if not is_finished(notebook, name):
        raise _failed(name, "reporting.reason.mark")
    strip_paths(notebook)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    nbformat.write(notebook, part)
    part.replace(out)
    return out


def strip_paths(notebook: Any) -> None:
    """Remove what papermill adds (paths, parameters, times) and keep only file names in the parameters cell."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for key in ("papermill", "execution"):
            cell.metadata.pop(key, None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = re.sub(r"""(["'])[^"'\n]*[/\\]+([^"'/\\\n]+)\1""", r'"\2"', cell.source)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]


def _failed(name: str, reason: str, **values: object) -> WerkzorgError:
    from werkzorg.wording import language, say

    text = say(reason, language(), **values)
    return WerkzorgError(ExitCode.RUN, Problem("reporting.notebook_failed", values={"name": name, "reason": text}))
