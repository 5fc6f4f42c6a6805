"""Processes and their parents."""

import subprocess


def processes() -> dict[int, tuple[int, str]]:
    """Every living process: {process id: (parent's id, command)}."""
    done = subprocess.run(
        ["/bin/ps", "-wwe", "-o", "pid=,ppid=,stat=,args="],
        capture_output=True,
        text=True,
        check=True,
        timeout=240,
    )
    found = {}
    for line in done.stdout.splitlines():
        process_id, parent, state, command = line.split(maxsplit=3)
        if not state.startswith("Z"):
            found[int(process_id)] = (int(parent), command)
    return found


def descendants(ancestor: int) -> dict[int, str]:
    everybody = processes()
    family = {ancestor}
    while True:
        more = {child for child, (parent, _) in everybody.items() if parent in family}
        if more <= family:
            return {child: everybody[child][1] for child in family - {ancestor}}
        family |= more
