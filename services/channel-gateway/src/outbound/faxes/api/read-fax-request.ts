import type { JsonObject } from '@bufbuild/protobuf';
import { InvalidParametersError, type ParameterFault } from '../../../errors.ts';

/** What is to be faxed, as a client said it; its file comes beside it, or is one that is stored. */
export interface FaxRequest {
  readonly to: string;
  readonly from: string;
  /** Empty: that of the active provider. */
  readonly connectionId: string;
  /** Empty when a file came along. */
  readonly fileId: string;
  readonly attributes: JsonObject;
  /** Somebody tries out a provider; `confirm` repeats the number then. */
  readonly isTest: boolean;
  readonly confirm: string;
}

const number = /^\+?[0-9]{6,20}$/u;
const maxText = 500;
const maxAttributes = 32 * 1024;
const members = ['to', 'from', 'connection_id', 'file_id', 'attributes', 'test', 'confirm'];

/** The members of a request; names every fault at once. */
export function readFaxRequest(
  body: unknown,
  { hasFile }: { readonly hasFile: boolean },
): FaxRequest {
  const faults: ParameterFault[] = [];
  const fault = (parameter: string, detail: string): void =>
    void faults.push({ parameter, detail });
  const object = isObject(body) ? body : {};
  if (!isObject(body)) fault('body', 'must be a JSON object, or a form with a file');
  const text = (name: string, pattern: RegExp, rule: string): string => {
    const value = object[name] ?? '';
    if (typeof value === 'string' && (value === '' || pattern.test(value))) return value;
    fault(name, rule);
    return '';
  };
  const request: FaxRequest = {
    to: text('to', number, numberRule),
    from: text('from', number, numberRule),
    connectionId: text(
      'connection_id',
      line,
      `must be text of at most ${String(maxText)} characters`,
    ),
    fileId: text('file_id', /^[0-9a-f]{64}$/u, 'must be the id of a stored file'),
    attributes: attributesOf(object['attributes'], fault),
    isTest: isTrue(object['test'], fault),
    confirm: text('confirm', number, numberRule),
  };
  if ((object['to'] ?? '') === '') fault('to', 'is missing');
  if (hasFile === (request.fileId !== '')) fault(hasFile ? 'file_id' : 'file', fileRule);
  for (const name of Object.keys(object))
    if (!members.includes(name))
      fault(name.slice(0, 64), `is no member of a fax; there are ${members.join(', ')}`);
  if (faults.length > 0) throw new InvalidParametersError(faults);
  return request;
}

const numberRule = 'must be a number of 6 to 20 digits, with a + before it or without';
const fileRule = 'a fax has one file: a part "file" of a form, or the file_id of a stored one';
const line = new RegExp(`^[^\\p{Cc}]{1,${String(maxText)}}$`, 'u');

function isTrue(value: unknown, fault: (parameter: string, detail: string) => void): boolean {
  if (value === undefined || value === null || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  fault('test', 'must be true or false');
  return false;
}

/** An object, or its text as a form has it. */
function attributesOf(
  value: unknown,
  fault: (parameter: string, detail: string) => void,
): JsonObject {
  if (value === undefined || value === null || value === '') return {};
  const given = typeof value === 'string' ? parsed(value) : value;
  if (isJsonObject(given) && JSON.stringify(given).length <= maxAttributes) return given;
  fault('attributes', `must be an object of at most ${String(maxAttributes)} characters of JSON`);
  return {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JSON.parse made of a body is JSON. */
function isJsonObject(value: unknown): value is JsonObject {
  return isObject(value);
}
