import { text } from './json.ts';

/** The address of a recipient, or the name of one that has none. */
export function addressOf(recipient: unknown): string | undefined {
  return text(recipient, 'emailAddress', 'address') ?? text(recipient, 'emailAddress', 'name');
}
