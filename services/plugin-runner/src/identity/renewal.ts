const firstPauseMs = 1000;

/** When to ask for the next identity: at half of its life, after a failure soon, then at ever longer intervals. */
export function renewalMs(expiresInSeconds: number, failures: number): number {
  const halfMs = (expiresInSeconds * 1000) / 2;
  if (failures === 0) return halfMs;
  return Math.min(firstPauseMs * 2 ** (failures - 1), halfMs / 10);
}
