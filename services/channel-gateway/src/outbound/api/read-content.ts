import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { InvalidParametersError, type ParameterFault } from '../../errors.ts';
import type { OutboundContent, ChannelKind } from '../outbound.ts';

/** Content whose files were not looked up yet. */
export interface ReadContent extends Omit<OutboundContent, 'attachments'> {
  readonly fileIds: readonly string[];
}

const maxBody = 100_000;
const maxAddress = 500;
const maxThread = 2000;
const maxAttachments = 10;
const maxAttributes = 32 * 1024;

const members: Readonly<Record<ChannelKind, readonly string[]>> = {
  message: ['to', 'body', 'from', 'thread_id', 'attachments', 'attributes'],
  call: ['to', 'from', 'attributes'],
};

/** The content of a message or call as a client sent it; names every fault at once. */
export function readContent(kind: ChannelKind, body: unknown): ReadContent {
  const faults: ParameterFault[] = [];
  const object = isObject(body) ? body : {};
  if (!isObject(body)) faults.push({ parameter: 'body', detail: 'must be a JSON object' });
  const fault = (parameter: string, detail: string): void =>
    void faults.push({ parameter, detail });
  const text = (name: string, max: number, isProse = false): string => {
    const value = object[name];
    if (value === undefined || value === null) return '';
    if (typeof value === 'string' && isText(value, max, isProse)) return value;
    fault(
      name,
      `must be text of at most ${String(max)} characters${isProse ? '' : ' in one line'}`,
    );
    return '';
  };
  const content: ReadContent = {
    to: text('to', maxAddress),
    from: text('from', maxAddress),
    body: kind === 'message' ? text('body', maxBody, true) : '',
    threadId: kind === 'message' ? text('thread_id', maxThread) : '',
    fileIds: kind === 'message' ? fileIdsOf(object['attachments'], fault) : [],
    attributes: attributesOf(object['attributes'], fault),
  };
  for (const name of Object.keys(object))
    if (!members[kind].includes(name))
      fault(name.slice(0, 64), `is no member of a ${kind}; there are ${members[kind].join(', ')}`);
  checkPresence({ kind, object, content }, fault);
  if (faults.length > 0) throw new InvalidParametersError(faults);
  return content;
}

function checkPresence(
  of: {
    readonly kind: ChannelKind;
    readonly object: Readonly<Record<string, unknown>>;
    readonly content: ReadContent;
  },
  fault: (parameter: string, detail: string) => void,
): void {
  const { kind, object, content } = of;
  const isMissing = (name: string): boolean => ['', undefined, null].includes(asText(object[name]));
  if (isMissing('to')) fault('to', 'is missing');
  if (kind === 'call' && isMissing('from')) fault('from', 'is missing');
  if (kind === 'message' && isMissing('body') && content.fileIds.length === 0)
    fault('body', 'is missing; a message has a body, attachments or both');
}

function asText(value: unknown): string | undefined | null {
  return value === undefined || value === null ? value : typeof value === 'string' ? value : '?';
}

function fileIdsOf(
  value: unknown,
  fault: (parameter: string, detail: string) => void,
): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > maxAttachments) {
    fault('attachments', `must be a list of at most ${String(maxAttachments)} files`);
    return [];
  }
  return value.map((entry: unknown, index) => {
    const id = isObject(entry) ? entry['file_id'] : undefined;
    if (typeof id === 'string' && /^[0-9a-f]{64}$/u.test(id)) return id;
    fault(`attachments[${String(index)}].file_id`, 'must be the id of a stored file');
    return '';
  });
}

function attributesOf(
  value: unknown,
  fault: (parameter: string, detail: string) => void,
): JsonObject {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value) && JSON.stringify(value).length <= maxAttributes) return value;
  fault('attributes', `must be an object of at most ${String(maxAttributes)} characters of JSON`);
  return {};
}

/** PostgreSQL and providers take neither NUL nor half characters. */
function isText(value: string, max: number, isProse: boolean): boolean {
  if (value.length > max || !value.isWellFormed() || value.includes('\0')) return false;
  return isProse || !/\p{Cc}/u.test(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What JSON.parse made of a body is JSON. */
function isJsonObject(value: unknown): value is JsonObject & Record<string, JsonValue> {
  return isObject(value);
}
