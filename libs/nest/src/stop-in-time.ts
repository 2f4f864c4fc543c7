/** Resolves when `stop` has settled; `onLate` is called once when that takes longer than `timeoutMs`. */
export async function stopInTime(
  stop: () => Promise<void>,
  timeoutMs: number,
  onLate: () => void,
): Promise<void> {
  const timer = setTimeout(onLate, timeoutMs);
  try {
    await stop();
  } finally {
    clearTimeout(timer);
  }
}
