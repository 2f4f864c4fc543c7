import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest, ResponseMap, Retry, Stream, Webhook } from '../http-manifest.ts';
import { JsonPathError, parsePath } from '../response/json-path.ts';
import { pointerTo } from './pointer.ts';

/** Where paths stand in an object of the document. */
interface Places {
  readonly extractors?: readonly string[];
  readonly paths?: readonly string[];
  readonly conditions?: readonly string[];
}

/** Whether every path into a body can be read. */
export function pathFaults(manifest: HttpManifest): HttpManifestFault[] {
  const { actions = {}, webhooks = {}, streams = {}, auth, retry } = manifest;
  return [
    ...Object.entries(actions).flatMap(([name, action]) => {
      const pointer = pointerTo('/actions', name);
      return [
        ...responseFaults(action.response, pointerTo(pointer, 'response')),
        ...retryFaults(action.retry, pointerTo(pointer, 'retry')),
        ...(action.steps ?? []).flatMap((step, index) => {
          const place = pointerTo(pointer, 'steps', index);
          return [
            ...responseFaults(step.response, pointerTo(place, 'response')),
            ...faultsAt(step, place, { conditions: ['when'] }),
          ];
        }),
      ];
    }),
    ...Object.entries(webhooks).flatMap(([name, webhook]) =>
      webhookFaults(webhook, pointerTo('/webhooks', name)),
    ),
    ...Object.entries(streams).flatMap(([name, stream]) =>
      streamFaults(stream, pointerTo('/streams', name)),
    ),
    ...retryFaults(retry, '/retry'),
    ...(auth?.scheme === 'token_exchange'
      ? faultsAt(auth, '/auth', { extractors: ['token', 'expires_in'] })
      : []),
  ];
}

function responseFaults(response: ResponseMap | undefined, pointer: string): HttpManifestFault[] {
  if (response === undefined) return [];
  const { success, outputs = {} } = response;
  return [
    ...faultsAt(response, pointer, {
      extractors: ['job_id', 'status', 'error', 'error_code', 'pages'],
    }),
    ...faultsAt(outputs, pointerTo(pointer, 'outputs'), { extractors: Object.keys(outputs) }),
    ...conditionListFaults(success?.when, pointerTo(pointer, 'success', 'when')),
  ];
}

function conditionListFaults(list: readonly unknown[] = [], pointer: string): HttpManifestFault[] {
  return list.flatMap((condition, index) =>
    faultsAt(condition, pointerTo(pointer, index), { paths: ['path'] }),
  );
}

function retryFaults(retry: Retry | undefined, pointer: string): HttpManifestFault[] {
  return (retry?.retry_after ?? []).flatMap((each, index) =>
    faultsAt(each, pointerTo(pointer, 'retry_after', index), { paths: ['body_path'] }),
  );
}

function webhookFaults(webhook: Webhook, pointer: string): HttpManifestFault[] {
  const { verification, challenge, correlate, message, map, files = [] } = webhook;
  const at = (key: string): string => pointerTo(pointer, key);
  return [
    ...faultsAt(webhook, pointer, {
      extractors: ['event', 'dedupe_key', 'status', 'error'],
      paths: ['split'],
    }),
    ...faultsAt(challenge, at('challenge'), { paths: ['respond'], conditions: ['when'] }),
    ...faultsAt(correlate, at('correlate'), { extractors: ['job_id', 'provider_job_id'] }),
    ...faultsAt(message, at('message'), {
      extractors: ['external_id', 'from', 'to', 'body', 'received_at'],
      conditions: ['when'],
    }),
    ...faultsAt(map, at('map'), { paths: ['external_id'], conditions: ['deleted_when'] }),
    ...files.flatMap((file, index) =>
      file.source === 'base64'
        ? faultsAt(file, pointerTo(pointer, 'files', index), { paths: ['path'] })
        : [],
    ),
    ...('signature' in verification
      ? faultsAt(verification.signature, pointerTo(pointer, 'verification', 'signature'), {
          paths: ['body_path'],
        })
      : []),
  ];
}

function streamFaults(stream: Stream, pointer: string): HttpManifestFault[] {
  const at = (key: string): string => pointerTo(pointer, key);
  return [
    ...faultsAt(stream.record_selector, at('record_selector'), { paths: ['path'] }),
    ...faultsAt(stream.pagination, at('pagination'), {
      paths: ['cursor_path', 'total_path', 'total_pages_path', 'next_path'],
      conditions: ['stop_when'],
    }),
    ...faultsAt(stream.incremental, at('incremental'), {
      paths: ['cursor_field', 'sync_token_path'],
    }),
    ...faultsAt(stream.map, at('map'), { paths: ['external_id'], conditions: ['deleted_when'] }),
    ...retryFaults(stream.retry, at('retry')),
  ];
}

function faultsAt(
  value: unknown,
  pointer: string,
  { extractors = [], paths = [], conditions = [] }: Places,
): HttpManifestFault[] {
  if (typeof value !== 'object' || value === null) return [];
  const part = (key: string): unknown => Reflect.get(value, key);
  return [
    ...extractors.flatMap((key) => extractorFaults(part(key), pointerTo(pointer, key))),
    ...paths.flatMap((key) => pathFault(part(key), pointerTo(pointer, key))),
    ...conditions.flatMap((key) =>
      faultsAt(part(key), pointerTo(pointer, key), { paths: ['path'] }),
    ),
  ];
}

/** A path of the body, or an object that may say another place. */
function extractorFaults(extractor: unknown, pointer: string): HttpManifestFault[] {
  if (typeof extractor !== 'object' || extractor === null) return pathFault(extractor, pointer);
  const source: unknown = Reflect.get(extractor, 'source') ?? 'body';
  const [path, name]: unknown[] = [Reflect.get(extractor, 'path'), Reflect.get(extractor, 'name')];
  if (source === 'header')
    return name === undefined ? [{ pointer, message: 'needs "name", the name of the header' }] : [];
  if (source === 'status') return [];
  if (path === undefined) return [{ pointer, message: 'needs "path", where the value is' }];
  return source === 'form' ? [] : pathFault(path, pointerTo(pointer, 'path'));
}

function pathFault(path: unknown, pointer: string): HttpManifestFault[] {
  if (typeof path !== 'string') return [];
  try {
    parsePath(path);
    return [];
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    return [{ pointer, message: `is no path: ${error.message}` }];
  }
}
