/** Functions of the generated code by name, in the order in which they are written; ‹…› is left out of JavaScript. */
export const nodeHelpers: readonly (readonly [string, string])[] = [
  [
    'textOf',
    `function textOf(value‹: unknown›)‹: string› {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error('a value that the request needs is missing, or is no text');
}`,
  ],
  [
    'needed',
    `function needed(value‹: unknown›)‹: unknown› {
  if (value === undefined || value === null) throw new Error('a value that the request needs is missing');
  return value;
}`,
  ],
  [
    'isEmpty',
    `function isEmpty(value‹: unknown›)‹: boolean› {
  return value === undefined || value === null || value === '';
}`,
  ],
  [
    'orElse',
    `function orElse(value‹: unknown›, instead‹: unknown›)‹: unknown› {
  return isEmpty(value) ? instead : value;
}`,
  ],
  [
    'digits',
    `function digits(value‹: unknown›)‹: string› {
  return textOf(value).replace(/[^0-9]/gu, '');
}`,
  ],
  [
    'toInteger',
    `function toInteger(value‹: unknown›)‹: number› {
  const text = textOf(value).trim();
  const number = /^[+-]?[0-9]+$/u.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Error('a value that the request needs is no whole number');
}`,
  ],
  [
    'toNumber',
    `function toNumber(value‹: unknown›)‹: number› {
  const text = textOf(value).trim();
  const number = text === '' ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new Error('a value that the request needs is no number');
}`,
  ],
  [
    'toBoolean',
    `function toBoolean(value‹: unknown›)‹: boolean› {
  const text = textOf(value).trim().toLowerCase();
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new Error('a value that the request needs is neither true nor false');
}`,
  ],
  [
    'base64Of',
    `function base64Of(text‹: string›)‹: string› {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}`,
  ],
  [
    'encoded',
    `function encoded(value‹: unknown›)‹: string› {
  return encodeURIComponent(textOf(value));
}`,
  ],
  [
    'segment',
    `/** One segment of a path, whatever the value: it leads nowhere else. */
function segment(value‹: unknown›)‹: string› {
  const text = textOf(value);
  if (text === '' || text === '.' || text === '..') throw new Error('a value cannot be part of the address');
  return encodeURIComponent(text);
}`,
  ],
  [
    'host',
    `/** A part of the host's name, whatever the value: it leads to no other host. */
function host(value‹: unknown›)‹: string› {
  const text = textOf(value);
  if (!/^[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*$/u.test(text)) throw new Error('a setting cannot be part of the address');
  return text;
}`,
  ],
  [
    'fields',
    `/** Pairs of a form or a query; a list gives one pair for each of its values. */
function fields(...all‹: readonly (readonly [string, unknown, 'optional'?])[]›)‹: [string, string][]› {
  return all.flatMap(([name, value, optional]) => {
    if (optional === 'optional' && isEmpty(value)) return [];
    return (Array.isArray(value) ? value : [value]).map((each)‹: [string, string]› => [name, textOf(each)]);
  });
}`,
  ],
  [
    'withQuery',
    `function withQuery(url‹: string›, pairs‹: [string, string][]›)‹: string› {
  if (pairs.length === 0) return url;
  return url + (url.includes('?') ? '&' : '?') + new URLSearchParams(pairs).toString();
}`,
  ],
  [
    'parts',
    `function parts(...all‹: readonly (MultipartPart | undefined)[]›)‹: MultipartPart[]› {
  return all.filter((part) => part !== undefined);
}`,
  ],
  [
    'part',
    `function part(name‹: string›, value‹: unknown›, optional‹?: 'optional'›)‹: MultipartPart | undefined› {
  return optional === 'optional' && isEmpty(value) ? undefined : { name, value: textOf(value) };
}`,
  ],
  [
    'withFile',
    `/** JSON with the bytes of the file, in base64, in the place of the mark: they never come into the sandbox. */
function withFile(json‹: unknown›, mark‹: string›, filePath‹: string›)‹: (string | { fileBase64: string })[]› {
  const [before = '', ...after] = JSON.stringify(json).split(mark);
  return [before, ...after.flatMap((text) => [{ fileBase64: filePath }, text])];
}`,
  ],
  [
    'faxAnswer',
    `/** What the provider's answer says of a fax. */
function faxAnswer(response‹: HttpResponse›, map‹: AnswerMap›)‹: FaxAnswer› {
  refuseFaults(response);
  const jobId = idOf(response, map.jobId);
  if (!isSuccess(response, map)) return { ...(jobId === undefined ? {} : { jobId }), status: 'failed', ...faultOf(response, map) };
  if (map.jobId !== undefined && jobId === undefined)
    return { status: 'unknown', errorCode: 'no_provider_id', error: 'the answer holds no id of the fax' };
  return { ...(jobId === undefined ? {} : { jobId }), ...statusOf(response, map), ...pagesOf(response, map) };
}`,
  ],
  [
    'cancelAnswer',
    `/** A fax that could not be cancelled stays as it is. */
function cancelAnswer(response‹: HttpResponse›, map‹: AnswerMap›)‹: FaxAnswer› {
  refuseFaults(response);
  if (!isSuccess(response, map)) return { status: 'unknown', ...faultOf(response, map) };
  return statusOf(response, map);
}`,
  ],
  [
    'refuseFaults',
    `/** Faults of the account or in passing are the platform's to handle: it knows whether to ask again. */
function refuseFaults({ status, headers, body }‹: HttpResponse›)‹: void› {
  if (status < 500 && ![401, 403, 408, 425, 429].includes(status)) return;
  throw new HttpError({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body ?? '') });
}`,
  ],
  [
    'isSuccess',
    `function isSuccess(response‹: HttpResponse›, { success, when }‹: AnswerMap›)‹: boolean› {
  const status = String(response.status);
  const isExpected = success.some((form) => status === form || (form.endsWith('xx') && status.startsWith(form.slice(0, 1))));
  return isExpected && when.every(({ path, values, exists }) => {
    const value = valueAt(response.body, path);
    if (values !== undefined) return values.some((each) => JSON.stringify(each) === JSON.stringify(value));
    return (value !== undefined && value !== null) === exists;
  });
}`,
  ],
  [
    'statusOf',
    `/** A word that the map does not know is unknown, never a success. */
function statusOf(response‹: HttpResponse›, map‹: StatusMap›)‹: FaxAnswer› {
  const value = found(response, map.status);
  if (isEmpty(value)) return { status: map.unsaid };
  const providerStatus = String(value);
  if (Object.hasOwn(map.statuses, providerStatus)) return { status: map.statuses[providerStatus], providerStatus };
  const number = Number(providerStatus);
  const range = map.ranges.find(({ min, max }) =>
    (min === null && max === null) || ((min === null || number >= min) && (max === null || number <= max)),
  );
  return { status: range?.status ?? 'unknown', providerStatus };
}`,
  ],
  [
    'faultOf',
    `function faultOf(response‹: HttpResponse›, map‹: AnswerMap›)‹: FaxAnswer› {
  const [error, code] = [found(response, map.error), found(response, map.errorCode)];
  return {
    error: isEmpty(error) ? 'HTTP ' + String(response.status) : textOf(error).slice(0, 500),
    ...(isEmpty(code) ? {} : { errorCode: textOf(code).slice(0, 100) }),
  };
}`,
  ],
  [
    'pagesOf',
    `function pagesOf(response‹: HttpResponse›, map‹: AnswerMap›)‹: FaxAnswer› {
  const pages = Number(found(response, map.pages) ?? NaN);
  return Number.isSafeInteger(pages) ? { pages } : {};
}`,
  ],
  [
    'idOf',
    `function idOf(response‹: HttpResponse›, extract‹: Extract | undefined›)‹: string | undefined› {
  const value = found(response, extract);
  return isEmpty(value) || typeof value === 'object' ? undefined : String(value);
}`,
  ],
  [
    'found',
    `function found(response‹: HttpResponse›, extract‹: Extract | undefined›)‹: unknown› {
  if (extract === undefined) return undefined;
  const { source, path = [], name = '', pattern, fallback } = extract;
  const value = source === 'header' ? response.headers[name] : source === 'status' ? response.status : valueAt(response.body, path);
  if (isEmpty(value)) return fallback;
  if (pattern === undefined) return value;
  const match = new RegExp(pattern, 'u').exec(textOf(value));
  return match?.[1] ?? match?.[0] ?? fallback;
}`,
  ],
  [
    'valueAt',
    `function valueAt(value‹: unknown›, path‹: readonly (string | number)[]›)‹: unknown› {
  return path.reduce((each‹: unknown›, name)‹: unknown› => {
    if (typeof each !== 'object' || each === null || !Object.hasOwn(each, name)) return undefined;
    return Reflect.get(each, name);
  }, value);
}`,
  ],
];

/** Types that the functions share; not in JavaScript. */
export const nodeTypes = `interface Extract {
  readonly source: 'body' | 'header' | 'status';
  readonly path?: readonly (string | number)[];
  readonly name?: string;
  readonly pattern?: string;
  readonly fallback?: unknown;
}

interface StatusMap {
  readonly status?: Extract;
  readonly statuses: Readonly<Record<string, FaxStatus>>;
  readonly ranges: readonly { readonly min: number | null; readonly max: number | null; readonly status: FaxStatus }[];
  readonly unsaid: FaxStatus;
}

/** What answers mean: where values are in them, and which words stand for which status. */
interface AnswerMap extends StatusMap {
  readonly success: readonly string[];
  readonly when: readonly { readonly path: readonly (string | number)[]; readonly values?: readonly unknown[]; readonly exists: boolean }[];
  readonly jobId?: Extract;
  readonly error?: Extract;
  readonly errorCode?: Extract;
  readonly pages?: Extract;
}`;
