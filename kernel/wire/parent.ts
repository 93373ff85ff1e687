/** Whoever started the kernel is watched: a kernel that nobody can reach must not live on. */

/**
 * Calls back when the parent is gone. Jupyter names itself in `JPY_PARENT_PID`, and leaves that
 * out for a kernel that is to outlive it: then nothing is watched. Between the two there may be a
 * launcher, so both the direct parent and the named process must be there.
 */
export function watchParent(onGone: () => void): void {
  const named = Number(process.env.JPY_PARENT_PID);
  if (!Number.isInteger(named) || named <= 0) return;
  // On Windows the variable holds a handle, which only Python can use.
  const isThere = (): boolean => process.platform === "win32" || isAlive(named);
  const watch = setInterval(() => {
    if (process.ppid === direct && isThere()) return;
    clearInterval(watch);
    onGone();
  }, checkEveryMs).unref();
}

/** Asked before anything else starts: a process whose parent has died already has another one. */
const direct = process.ppid;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const checkEveryMs = 500;
