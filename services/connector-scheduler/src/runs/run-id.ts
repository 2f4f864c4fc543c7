const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Whether a text can be the id of a run. */
export function isRunId(text: string): boolean {
  return uuid.test(text);
}
