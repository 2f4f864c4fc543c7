/** How long a runner that stops tries to give a run back before it lets the command come again by itself. */
export const handBackMs = 5000;

/** What ends the work of an attempt from outside. */
export interface RunHalt {
  /** The runner stops, or the run is no longer wanted. */
  readonly work: AbortSignal;
  /** No frame of the attempt is published any more: a runner that stops has a while longer, to give the run back. */
  readonly frames: AbortSignal;
  /** The end is to be told, and nobody refused it. */
  readonly isInterrupted: boolean;
  close(): void;
}

export function runHalt(
  { stopping, lost }: { readonly stopping: AbortSignal; readonly lost: AbortSignal },
  withinMs = handBackMs,
): RunHalt {
  const frames = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const endFrames = (): void => frames.abort(lost.aborted ? lost.reason : stopping.reason);
  const endSoon = (): void => {
    timer ??= setTimeout(endFrames, withinMs);
  };
  stopping.addEventListener('abort', endSoon, { once: true });
  lost.addEventListener('abort', endFrames, { once: true });
  // A signal that was aborted before anyone listens to it says nothing.
  if (stopping.aborted) endSoon();
  if (lost.aborted) endFrames();
  return {
    work: AbortSignal.any([stopping, lost]),
    frames: frames.signal,
    get isInterrupted() {
      return stopping.aborted && !lost.aborted;
    },
    close: () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', endSoon);
      lost.removeEventListener('abort', endFrames);
    },
  };
}
