import { InvalidRequestError } from '../errors.ts';

const maxLabels = 20;
const maxLength = 64;

/** Labels without blanks around them, each once. */
export function readLabels(labels: readonly string[]): string[] {
  const read = [...new Set(labels.map((label) => label.trim()))];
  if (read.length === 0 || read.length > maxLabels)
    throw new InvalidRequestError(`1 to ${String(maxLabels)} labels are needed`);
  if (!read.every(isLabel))
    throw new InvalidRequestError(
      `a label needs 1 to ${String(maxLength)} characters, without control characters`,
    );
  return read;
}

function isLabel(text: string): boolean {
  return text !== '' && Array.from(text).length <= maxLength && !/\p{Cc}|\p{Cs}/u.test(text);
}
