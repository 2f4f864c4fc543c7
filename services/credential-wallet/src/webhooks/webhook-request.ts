import type { ManifestWebhook } from '@made-open/manifest';
import type { FormPart } from '@made-open/nest';
import { WalletError } from '../errors.ts';
import type { Verdict } from './verdict.ts';

/** A request to a webhook, as the gateway took it. */
export interface WebhookRequest {
  readonly method: string;
  /** Under the configured public address, with path and query. */
  readonly url: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came, before anybody parsed it. */
  readonly body: Buffer;
  /** Of a body of type multipart/form-data, where it is signed part by part. */
  readonly form?: readonly FormPart[] | undefined;
  /** Seconds since 1970. */
  readonly now: number;
}

/** The declaration of the manifest, as far as verification needs it. */
export type WebhookDeclaration = Pick<ManifestWebhook, 'verify' | 'signature' | 'challenge'>;

/** How one provider proves itself; any of the secrets may be the one in use. */
export type Scheme = (
  request: WebhookRequest,
  secrets: readonly string[],
  webhook: WebhookDeclaration,
) => Verdict;

/** What the gateway sealed. */
export interface AskedVerification {
  readonly webhook: ManifestWebhook;
  readonly request: WebhookRequest;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/u;

/** Reads what was sealed; the declaration comes from a manifest that was checked when it was registered. */
export function readVerification(text: string): AskedVerification {
  const value = parsed(text);
  if (!isRecord(value)) throw invalid('it is no object');
  const { webhook } = value;
  if (!isWebhook(webhook)) throw invalid('"webhook" is no declaration of a manifest');
  return { webhook, request: requestOf(value) };
}

function requestOf({ method, url, headers, body, now }: Record<string, unknown>): WebhookRequest {
  if (typeof method !== 'string' || typeof url !== 'string' || URL.parse(url) === null)
    throw invalid('"method" and "url" are needed');
  if (!isTextRecord(headers)) throw invalid('"headers" is no object of texts');
  if (typeof body !== 'string' || !base64.test(body)) throw invalid('"body" is no base64');
  if (typeof now !== 'number' || !Number.isFinite(now)) throw invalid('"now" is no number');
  return { method, url, headers, body: Buffer.from(body, 'base64'), now: Math.floor(now) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('it is no JSON');
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isSection(value: unknown): boolean {
  return value === undefined || isRecord(value);
}

function isWebhook(value: unknown): value is ManifestWebhook {
  if (!isRecord(value) || typeof value['verify'] !== 'string') return false;
  const { secret, username, signature, challenge } = value;
  return (
    [secret, username].every((name) => name === undefined || typeof name === 'string') &&
    isSection(signature) &&
    isSection(challenge)
  );
}

function invalid(reason: string): WalletError {
  return new WalletError('invalid_request', `the request to a webhook cannot be read: ${reason}`);
}
