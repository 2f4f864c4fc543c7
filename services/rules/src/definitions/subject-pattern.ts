/** Whether the subject of an event fits a pattern: `*` stands for one token, `>` for all that follow. */
export function matchesSubject(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const tokens = subject.split('.');
  const rest = wanted.at(-1) === '>' ? wanted.length - 1 : undefined;
  if (rest === undefined ? tokens.length !== wanted.length : tokens.length <= rest) return false;
  return wanted.slice(0, rest).every((token, index) => token === '*' || token === tokens[index]);
}
