"""Types into a program on a terminal of its own: steps are pairs of text to type, text to await."""

import json
import os
import pty
import select
import sys
import time

command, steps = json.loads(sys.argv[1]), json.loads(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    os.environ["TERM"] = "xterm"
    os.execv(command[0], command)

seen = ""


def wait_for(text, seconds=60):
    """Reads until the text has come, and forgets what was before it."""
    global seen
    end = time.time() + seconds
    while text not in seen:
        if time.time() > end:
            sys.exit(f"{text!r} has not come: {seen[-500:]!r}")
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 65536).decode("utf8", "replace")
            except OSError:
                sys.exit(f"{text!r} has not come before the end: {seen[-500:]!r}")
    seen = seen[seen.index(text) + len(text) :]


for typed, awaited in steps:
    os.write(terminal, typed.encode())
    if awaited:
        wait_for(awaited)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
