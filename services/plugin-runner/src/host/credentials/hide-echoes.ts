import type { EgressResponse } from '@made-open/egress';
import { isTelling } from '../secrets/secret-guard.ts';
import { formsOf, textsIn } from '../secrets/redact.ts';

export const mask = '•••';
const minLength = 8;

/** Takes values that went out with a request out of its answer: the sandbox is not to have them, whatever echoes them. */
export function hideEchoes(values: unknown, response: EgressResponse): EgressResponse {
  const telling = textsIn(values, minLength).filter(isTelling);
  if (telling.length === 0) return response;
  const forms = formsOf({ telling });
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, hidden(value, forms)]),
  );
  const url = hidden(response.url, forms);
  return { ...response, headers, url, body: hiddenIn(response.body, forms) };
}

function hidden(text: string, forms: readonly string[]): string {
  return forms.reduce((shown, form) => shown.replaceAll(form, mask), text);
}

/** Byte by byte: whatever else the body is stays as it is. */
function hiddenIn(body: Uint8Array, forms: readonly string[]): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = forms.filter((form) => bytes.includes(form));
  if (found.length === 0) return body;
  const text = hidden(
    bytes.toString('latin1'),
    found.map((form) => Buffer.from(form).toString('latin1')),
  );
  return Buffer.from(text.replaceAll(mask, Buffer.from(mask).toString('latin1')), 'latin1');
}
