const readLength = 2000;
const shownLength = 500;
const mask = '•••';

const names = 'token|api[_ -]?key|key|secret|passphrase|password|passwd|pass|pwd|signature|sig';
/** What an error says of a secret instead of showing it. */
const plainWords =
  '(?:is|was|has|not|no|invalid|incorrect|missing|required|expired|wrong|unknown|revoked|malformed|empty|too|and|or|for|of|in|to|must|cannot|does|failed|could|did|auth|error|authentication|authorization)';
const assigned = new RegExp(
  `([\\w-]{0,40}(?:${names}|authorization)\\b["']?\\s{0,3}[:=]\\s{0,3}["']?(?:(?:bearer|basic)\\s+)?)[^\\s"',;&}]+`,
  'giu',
);
const told = new RegExp(
  `(\\b[\\w-]{0,40}(?:${names})\\s+(?:(?:is|was)\\s+)?["']?)(?!${plainWords}\\b)[^\\s"',;&}]{4,}`,
  'giu',
);
const scheme = new RegExp(
  `(\\b(?:bearer|basic)\\s+["']?)(?!(?:${names}|${plainWords})\\b)[^\\s"',;&}]{4,}`,
  'giu',
);
/** How keys of services begin. */
const keyLook =
  /\b(?:[A-Za-z]{2,12}[-_](?:live|test|prod|proj|ant)[-_][\w-]+|(?:AKIA|ASIA)[A-Z0-9]{8,}|xox[a-z]-[\w-]+|(?:gh[a-z]|github_pat|glpat)[-_]\w+)/gu;
const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu;
const phone = /\+?[0-9](?:[\s()./\p{Pd}]{0,3}[0-9]){6,20}/gu;
const word = /[\w+/=.~-]{16,}/gu;

/** A provider's text without what may say whom it is about, and without what may open a door. */
export function maskText(text: string): string {
  return text
    .slice(0, readLength)
    .replaceAll(assigned, `$1${mask}`)
    .replaceAll(scheme, `$1${mask}`)
    .replaceAll(told, `$1${mask}`)
    .replaceAll(keyLook, mask)
    .replaceAll(address, mask)
    .replaceAll(word, (found) => (isToken(found) ? mask : found))
    .replaceAll(phone, mask)
    .slice(0, shownLength);
}

/** A code stays what it is, unless it looks like something else. */
export function maskCode(code: string): string {
  const isCode = /^(?:[A-Za-z_][A-Za-z_.:-]{0,63}|[A-Za-z_.:-]{0,16}[0-9]{1,6})$/u.test(code);
  const isKept = isCode && code.search(keyLook) < 0 && (isWords(code) || !isToken(code));
  return isKept ? code : maskText(code).slice(0, 128);
}

/** Letters and digits together, or more letters than words have. */
function isToken(found: string): boolean {
  return (/[0-9]/u.test(found) && /[A-Za-z]/u.test(found)) || /[A-Za-z]{32,}/u.test(found);
}

function isWords(code: string): boolean {
  return (
    /^[A-Za-z_.:-]{0,16}[0-9]{0,6}$/u.test(code) ||
    /^[A-Z]?[a-z]{2,14}(?:[A-Z][a-z]{2,14})*$/u.test(code)
  );
}
