import type { Cassette, Exchange } from '@made-open/plugin-sdk/conformance';
import { answerAt, numberAt, textAt, type Answer } from '../platform/answer.ts';

/** What a plugin may go by; everything else, cookies above all, stays out of a file that is kept. */
const keptHeaders =
  /^(content-type|retry-after|link|etag|last-modified|location|x-(ratelimit|total|next|page).*)$/u;

/** The requests of a trial that were answered, as a cassette; the config's values were taken out by the runner. */
export function cassetteOf(records: readonly Answer[]): Cassette {
  const exchanges = records
    .filter((record) => textAt(record, 'kind') === 'http' && numberAt(record, 'status') > 0)
    .map(exchangeOf);
  return { version: 1, exchanges };
}

function exchangeOf(record: Answer): Exchange {
  const body = textAt(record, 'requestBody');
  return {
    request: {
      method: textAt(record, 'method'),
      url: textAt(record, 'url'),
      ...(body === '' ? {} : { body }),
    },
    response: {
      status: numberAt(record, 'status'),
      headers: headersOf(answerAt(record, 'headers') ?? {}),
      body: textAt(record, 'body'),
    },
  };
}

function headersOf(headers: Answer): Record<string, string> {
  return Object.fromEntries(
    Object.keys(headers)
      .filter((name) => keptHeaders.test(name))
      .map((name) => [name, textAt(headers, name)]),
  );
}
