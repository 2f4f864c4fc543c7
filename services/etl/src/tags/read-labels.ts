import { InvalidRequestError } from '../errors.ts';

const maxLabels = 20;
const maxLength = 64;

/** What is to be put on an entity, and what is to be taken off. */
export interface Labels {
  readonly put: readonly string[];
  readonly removed: readonly string[];
}

/** Something has to be done; a label that stands on both sides is taken off. */
export function readChange(put: readonly string[], removed: readonly string[]): Labels {
  if (put.length + removed.length === 0)
    throw new InvalidRequestError(`1 to ${String(maxLabels)} labels are needed`);
  const off = removed.length === 0 ? [] : readLabels(removed);
  const on = put.length === 0 ? [] : readLabels(put);
  return { put: on.filter((label) => !off.includes(label)), removed: off };
}

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
