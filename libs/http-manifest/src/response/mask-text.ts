const readLength = 2000;
const shownLength = 500;
const mask = '•••';

const secretNames =
  /\b(bearer|basic|token|api[_-]?key|apikey|secret|password|pass|pwd|authorization|signature)\b(["']?\s*[:=]\s*["']?|\s+)[^\s"',;&}]{4,}/giu;
const address = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/gu;
const phone = /\+?[0-9](?:[ ()./-]{0,2}[0-9]){6,20}/gu;
const word = /[\w+/=.~-]{16,}/gu;

/** A provider's text without what may say whom it is about, and without what may open a door. */
export function maskText(text: string): string {
  return text
    .slice(0, readLength)
    .replaceAll(secretNames, (_, name: string, between: string) => `${name}${between}${mask}`)
    .replaceAll(address, mask)
    .replaceAll(word, (found) => (isToken(found) ? mask : found))
    .replaceAll(phone, mask)
    .slice(0, shownLength);
}

/** A code stays what it is, unless it looks like something else. */
export function maskCode(code: string): string {
  return /^(?:[A-Za-z_][A-Za-z_.:-]{0,63}|[A-Za-z_.:-]{0,16}[0-9]{1,6})$/u.test(code)
    ? code
    : maskText(code).slice(0, 128);
}

function isToken(found: string): boolean {
  return /[0-9]/u.test(found) && /[A-Za-z]/u.test(found);
}
