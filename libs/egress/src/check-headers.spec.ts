import { checkHeaders } from './check-headers.ts';
import { EgressError } from './index.ts';

function reasonOf(headers: Record<string, unknown>): string | undefined {
  try {
    checkHeaders(headers);
    return undefined;
  } catch (error) {
    return error instanceof EgressError ? error.reason : String(error);
  }
}

const many = (count: number, value = ''): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${String(index)}`, value]));

describe('checkHeaders', () => {
  it('makes names lower case', () => {
    expect(checkHeaders({ 'X-Trace': 'ä b' })).toEqual({ 'x-trace': 'ä b' });
  });

  it.each([
    'host',
    'Content-Length',
    'TRANSFER-ENCODING',
    'connection',
    'keep-alive',
    'te',
    'trailer',
    'upgrade',
    'expect',
    'via',
    'forwarded',
    'x-forwarded-for',
    'x-real-ip',
    'proxy-connection',
    'accept-encoding',
    'sec-fetch-site',
  ])('keeps %s for the platform', (name) => {
    expect(reasonOf({ [name]: 'x' })).toBe('HEADER_FORBIDDEN');
  });

  it.each([
    ['twice by case', { 'X-A': '1', 'x-a': '2' }, 'HEADER_DUPLICATE'],
    ['a value beyond latin-1', { 'x-a': '€' }, 'HEADER_VALUE'],
    ['a carriage return', { 'x-a': 'a\rb' }, 'HEADER_VALUE'],
    ['a list', { 'x-a': ['a', 'b'] }, 'HEADER_VALUE'],
    ['a name with a colon', { 'x:a': '1' }, 'HEADER_NAME'],
    ['a name of another script', { 'x-ä': '1' }, 'HEADER_NAME'],
    ['64 headers', many(64), undefined],
    ['65 headers', many(65), 'HEADER_COUNT'],
    ['more than 16 KiB', many(4, 'a'.repeat(4100)), 'HEADER_BYTES'],
  ])('%s', (_name, headers, reason) => {
    expect(reasonOf(headers)).toBe(reason);
  });
});
