import type { ResponseMap } from '../http-manifest.ts';
import { extract } from './extract.ts';
import { firstAt, JsonPathError, parsePath, valuesAt } from './json-path.ts';
import { mapResponse, refusalOf } from './map-response.ts';
import { mapStatus } from './map-status.ts';
import { maskCode, maskText } from './mask-text.ts';
import type { ProviderAnswer } from './provider-answer.ts';

function answer(body: unknown, more: Partial<ProviderAnswer> = {}): ProviderAnswer {
  return { status: 200, headers: {}, body, ...more };
}

const created = { usualStatus: 'accepted', needsId: true } as const;
const asked = { usualStatus: 'unknown', needsId: false } as const;

describe('paths (case 49)', () => {
  const data = {
    data: { id: 7, list: [{ id: 'a' }, { id: 'b' }] },
    'a-b': 1,
    'x.y': 2,
    ids: { one: 'i1', two: 'i2' },
    "it's": 3,
  };

  it.each([
    ['$', data],
    ['data.id', 7],
    ['$.data.id', 7],
    ['data.list[0].id', 'a'],
    ['$.data.list[-1].id', 'b'],
    ["['a-b']", 1],
    ['a-b', 1],
    ['$["x.y"]', 2],
    [String.raw`['it\'s']`, 3],
    ['$.ids.*', 'i1'],
    ['ids[*]', 'i1'],
    ['data.list.0', undefined],
    ['data.list.length', undefined],
    ['constructor', undefined],
    ['data.nothing.more', undefined],
  ])('%s', (path, expected) => {
    expect(firstAt(path, data)).toEqual(expected);
  });

  it('reach into lists at the root, and all of them', () => {
    expect(firstAt('$[0].id', [{ id: 1 }])).toBe(1);
    expect(firstAt('[0][1]', [[1, 2]])).toBe(2);
    expect(valuesAt(parsePath('$.data.list[*].id'), data)).toEqual(['a', 'b']);
    expect(valuesAt(parsePath('$[*]'), 'text')).toEqual([]);
  });

  it.each(['', 'a..b', '$..a', 'a[1:2]', 'a[?(@.b)]', 'a[', 'a.', 'a b', "['a", 'a[1,2]'])(
    'refuse %j',
    (path) => {
      expect(() => parsePath(path)).toThrow(JsonPathError);
    },
  );

  it('refuse places that no list of an answer has', () => {
    expect(parsePath('data[9999].id')).toEqual(['data', 9999, 'id']);
    for (const path of ['data[10000].id', 'data[999999999]', '$[-10000]'])
      expect(() => parsePath(path)).toThrow(/a place in a list is at most 9999/u);
  });
});

describe('extract', () => {
  it('takes a header, the status and fields of a form', () => {
    const given = answer('FaxSid=FX1&FaxStatus=delivered&fax={"id":5}', {
      status: 202,
      headers: { 'x-message-id': 'm1' },
    });
    expect(extract({ source: 'header', name: 'X-Message-Id' }, given)).toBe('m1');
    expect(extract({ source: 'status' }, given)).toBe(202);
    expect(extract({ source: 'form', path: 'FaxSid' }, given)).toBe('FX1');
    expect(extract({ source: 'form', path: 'fax.id' }, given)).toBe(5);
    expect(extract({ source: 'form', path: 'fax.id' }, answer({ 'fax.id': 'x' }))).toBe('x');
  });

  it('matches, types, and falls back', () => {
    expect(extract({ path: 'a', pattern: '/faxes/([0-9]+)$' }, answer({ a: '/faxes/12' }))).toBe(
      '12',
    );
    expect(extract({ path: 'a', pattern: 'b' }, answer({ a: 'c' }))).toBeUndefined();
    expect(extract({ path: 'a', type: 'integer' }, answer({ a: '12' }))).toBe(12);
    expect(extract({ path: 'a', type: 'integer', default: 0 }, answer({ a: '1.5' }))).toBe(0);
    expect(extract({ path: 'a', type: 'string' }, answer({ a: 5 }))).toBe('5');
    expect(extract({ path: 'a', type: 'boolean' }, answer({ a: 'false' }))).toBe(false);
    expect(extract({ path: 'a', default: 'x' }, answer({ a: '' }))).toBe('x');
    expect(() => extract({ path: 'a', required: true }, answer({}))).toThrow('no a in its body');
  });

  it('matches in linear time', () => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(extract({ path: 'a', pattern: '^(a+)+$' }, answer({ a: text }))).toBeUndefined();
  });
});

describe('answers of providers', () => {
  it('are no success with a 500 (case 45)', () => {
    const given = answer({ status: 'ok', id: 'X' }, { status: 500 });
    expect(refusalOf({ job_id: 'id', status: 'status' }, given)).toMatchObject({ httpStatus: 500 });
    for (const status of [400, 401, 403, 422, 302, 199])
      expect(refusalOf(undefined, answer(null, { status }))).toEqual({ httpStatus: status });
  });

  it('are no success when the body says so (case 46)', () => {
    const map: ResponseMap = {
      success: { status: ['2xx'], when: [{ path: '$.ok', equals: true }] },
      error: 'error',
    };
    expect(refusalOf(map, answer({ ok: false, error: 'channel_not_found' }))).toEqual({
      httpStatus: 200,
      error: 'channel_not_found',
      errorCode: 'channel_not_found',
    });
    expect(refusalOf(map, answer({ ok: true }))).toBeUndefined();
    expect(refusalOf(map, answer(null))).toBeDefined();
  });

  it('may be empty, with the id in a header (case 47)', () => {
    const map: ResponseMap = {
      success: { status: ['202'] },
      job_id: { source: 'header', name: 'X-Message-Id' },
      default_status: 'accepted',
    };
    const given = answer(null, { status: 202, headers: { 'x-message-id': 'm1' } });
    expect(refusalOf(map, given)).toBeUndefined();
    expect(mapResponse(map, given, created)).toEqual({ jobId: 'm1', status: 'accepted' });
    expect(refusalOf(map, answer(null))).toBeDefined();
  });

  it('may have the id within a header, and numbers as states (case 48)', () => {
    const location = 'https://rest.interfax.net/outbound/faxes/854759652';
    const send: ResponseMap = {
      job_id: { source: 'header', name: 'Location', pattern: '/faxes/([0-9]+)$' },
      default_status: 'queued',
    };
    expect(
      mapResponse(send, answer(null, { status: 201, headers: { location } }), created),
    ).toEqual({
      jobId: '854759652',
      status: 'queued',
    });
    const ask: ResponseMap = {
      status: { path: 'status', type: 'string' },
      status_map: { '0': 'succeeded', '<0': 'in_progress', '>0': 'failed' },
    };
    const stateOf = (status: unknown): string => mapResponse(ask, answer({ status }), asked).status;
    expect([-1, 0, 6017, '-2'].map(stateOf)).toEqual([
      'in_progress',
      'succeeded',
      'failed',
      'in_progress',
    ]);
  });

  it('may have a number as id (case 49)', () => {
    expect(mapResponse({ job_id: 'id' }, answer({ id: 9 }), created)).toMatchObject({ jobId: '9' });
  });

  it('are unknown when the state is (case 50)', () => {
    const map: ResponseMap = { status: 'status', status_map: { done: 'succeeded' } };
    expect(mapResponse(map, answer({ status: 'SUCCESS' }), asked)).toEqual({
      status: 'unknown',
      providerStatus: 'SUCCESS',
    });
    expect(mapResponse(map, answer({}), asked)).toEqual({ status: 'unknown' });
  });

  it('are unknown without an id (case 51)', () => {
    expect(
      mapResponse({ job_id: 'id', default_status: 'queued' }, answer({ ok: 1 }), created),
    ).toMatchObject({
      status: 'unknown',
      errorCode: 'no_provider_id',
    });
  });

  it('keep a masked text of an error (case 52)', () => {
    const map: ResponseMap = { error: 'message', error_code: 'code' };
    const message =
      'no route to +1 (555) 010-0199, key sk-live1234567890abcdef, ask jane@example.com';
    const given = answer({ message, code: 21_211 }, { status: 400 });
    expect(refusalOf(map, given)).toEqual({
      httpStatus: 400,
      error: 'no route to •••, key •••, ask •••',
      errorCode: '21211',
    });
    expect(refusalOf(map, given, true)?.error).toBe(message);
  });
});

describe('a number that is longer than numbers are kept', () => {
  it('is no id, since it would be another one (case 49)', () => {
    const body: unknown = JSON.parse('{"id":9007199254740993,"kept":9007199254740991}');
    expect(extract('id', answer(body))).toBeUndefined();
    expect(extract({ path: 'id', type: 'string' }, answer(body))).toBeUndefined();
    expect(extract({ path: 'id', type: 'number' }, answer(body))).toBe(2 ** 53);
    expect(extract({ path: 'kept', type: 'string' }, answer(body))).toBe('9007199254740991');
  });
});

describe('mapStatus', () => {
  const map = {
    '5': 'succeeded',
    '1..9': 'in_progress',
    '>=6000': 'failed',
    '*': 'queued',
  } as const;

  it.each([
    ['5', 'succeeded'],
    ['4', 'in_progress'],
    ['9', 'in_progress'],
    ['6000', 'failed'],
    ['9.5', 'queued'],
    ['busy', 'queued'],
    ['constructor', 'queued'],
  ])('%s: the word before ranges, ranges before the rest', (word, expected) => {
    expect(mapStatus(map, word)).toBe(expected);
  });

  it('knows our own words where there is no map', () => {
    expect(mapStatus(undefined, 'queued')).toBe('queued');
    expect(mapStatus(undefined, 'SUCCESS')).toBe('succeeded');
    expect(mapStatus(undefined, 'delivered')).toBe('unknown');
    expect(mapStatus(undefined, 'toString')).toBe('unknown');
  });
});

describe('maskText', () => {
  it.each([
    ['Bearer abcdef rest', 'Bearer ••• rest'],
    ['{"api_key":"12345","a":1}', '{"api_key":"•••","a":1}'],
    ['call 5550100 or 030-123 456', 'call ••• or •••'],
    ['access_token=AbCdEf&a=1', 'access_token=•••&a=1'],
    ['key=sekret99', 'key=•••'],
    ['the token is AbCd1234Ef', 'the token is •••'],
    ['token is invalid', 'token is invalid'],
    ['invalid API key', 'invalid API key'],
    ['API key missing', 'API key missing'],
    ['Authorization: Basic abcd', 'Authorization: Basic •••'],
    ['no such key tok_live_abc', 'no such key •••'],
    ['"AKIAABCDEFGHIJ" is off', '"•••" is off'],
    [`got ${'abcdefgh'.repeat(4)}`, 'got •••'],
    [`got ${'AbCdEfGh'.repeat(4)}`, 'got •••'],
    ['call +1–555–123–4567', 'call •••'],
    ['error 21211 on line 404', 'error 21211 on line 404'],
    ['no answer from the other side', 'no answer from the other side'],
  ])('%s', (text, expected) => {
    expect(maskText(text)).toBe(expected);
  });

  it('keeps codes, and no numbers of phones as codes', () => {
    expect(maskCode('invalid_number')).toBe('invalid_number');
    expect(maskCode('E1234')).toBe('E1234');
    expect(maskCode('InvalidDestinationNumberException')).toBe('InvalidDestinationNumberException');
    expect(maskCode('sk_live_abc')).toBe('•••');
    expect(maskCode('abcdefgh'.repeat(4))).toBe('•••');
    expect(maskCode('15550100123')).toBe('•••');
  });
});
