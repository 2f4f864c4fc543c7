import { TestSendRefusedError } from '../errors.ts';
import type { FaxRequest } from './read-fax-request.ts';

/** Numbers that samples and forms are filled with: nobody means them, and some belong to somebody. */
const usualNumbers = new Set(['15551234567', '15555555555', '1234567890', '0000000000']);

/** A test really sends: it is confirmed by the number, to a number that somebody has chosen. */
export function checkTestSend(
  { isTest, to, confirm }: Pick<FaxRequest, 'isTest' | 'to' | 'confirm'>,
  { areTestsAllowed }: { readonly areTestsAllowed: boolean },
): void {
  if (!isTest) return;
  if (!areTestsAllowed)
    throw new TestSendRefusedError(
      'fax.test_disabled',
      'test faxes are switched off on this platform by its profile',
      403,
    );
  if (confirm !== to)
    throw new TestSendRefusedError(
      'fax.test_unconfirmed',
      'a test really sends a fax: repeat its number as "confirm"',
      422,
    );
  if (usualNumbers.has(to.replace('+', '')))
    throw new TestSendRefusedError(
      'fax.test_number',
      'this number is a sample: send a test to a number of your own',
      422,
    );
}
