export interface Deadline {
  readonly withinMs: number;
  /** Why the work ends then. */
  readonly late: () => Error;
  readonly stopping: AbortSignal;
}

/** Lets a work go on until its time is over or the runner stops. */
export async function untilDeadline<T>(
  { withinMs, late, stopping }: Deadline,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const overdue = new AbortController();
  const timer = setTimeout(() => overdue.abort(late()), withinMs);
  try {
    return await work(AbortSignal.any([stopping, overdue.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** Says now and then that a command is worked on, so that it does not come again meanwhile. */
export async function withHeartbeat<T>(
  { working, heartbeatMs }: { readonly working: () => void; readonly heartbeatMs: number },
  work: () => Promise<T>,
): Promise<T> {
  const heartbeat = setInterval(working, heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
  }
}
