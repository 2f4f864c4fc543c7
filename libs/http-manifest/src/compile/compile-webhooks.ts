import type { ManifestSignature, ManifestSignedPart, ManifestWebhook } from '@made-open/manifest';
import type {
  Extractor,
  HttpManifest,
  SignedPart,
  TimestampPlace,
  Verification,
  Webhook,
} from '../http-manifest.ts';

/** What the provider sends by itself, as plugin.json has it. */
export function compileWebhooks({ webhooks = {} }: HttpManifest): ManifestWebhook[] {
  return Object.entries(webhooks).map(([name, webhook]) => ({
    name,
    ...proofOf(webhook.verification),
    ...challengeOf(webhook),
    ...deliveryIdOf(webhook),
    ...responseOf(webhook),
  }));
}

type Proof = Pick<ManifestWebhook, 'verify' | 'secret' | 'username' | 'signature'>;

function proofOf(verification: Verification): Proof {
  switch (verification.scheme) {
    case 'hmac': {
      const { algorithm, key } = verification;
      const signature = { algorithm, ...signatureOf(verification) };
      return { verify: 'hmac', secret: credentialName(key), signature };
    }
    case 'signature': {
      const secret = credentialName(verification.public_key);
      return { verify: 'public-key', secret, signature: signatureOf(verification) };
    }
    case 'standard_webhooks':
      return { verify: 'standard-webhooks', secret: credentialName(verification.secret) };
    case 'shared_secret': {
      const { header, value } = verification;
      return { verify: 'shared-secret', secret: credentialName(value), signature: { header } };
    }
    case 'basic': {
      const { username, password } = verification;
      const secret = credentialName(password);
      return { verify: 'basic', secret, username: credentialName(username) };
    }
    case 'none':
      return { verify: 'none' };
  }
}

type Signed = Extract<Verification, { readonly signature: unknown }>;

function signatureOf({ signature, timestamp, signed_payload: parts }: Signed): ManifestSignature {
  const { header, body_path: path, prefix, encoding } = signature;
  return {
    ...(header === undefined ? {} : { header }),
    ...(path === undefined ? {} : { field: plain(path) }),
    ...(prefix === undefined ? {} : { prefix }),
    encoding,
    ...(timestamp === undefined ? {} : timeOf(timestamp)),
    parts: parts.map(partOf),
  };
}

function timeOf({
  header,
  body_path: path,
  unit,
  tolerance_ms: ms,
}: TimestampPlace): Pick<
  ManifestSignature,
  'timestampHeader' | 'timestampField' | 'timestampUnit' | 'toleranceSeconds'
> {
  return {
    ...(header === undefined ? {} : { timestampHeader: header }),
    ...(path === undefined ? {} : { timestampField: plain(path) }),
    ...(unit === undefined ? {} : { timestampUnit: unit }),
    ...(ms === undefined ? {} : { toleranceSeconds: Math.max(1, Math.round(ms / 1000)) }),
  };
}

function partOf(part: SignedPart): ManifestSignedPart {
  return typeof part === 'object' && 'body_path' in part ? { field: plain(part.body_path) } : part;
}

/** The other way of trying an address out, a query parameter, is none that documents describe. */
function challengeOf({ challenge }: Webhook): Pick<ManifestWebhook, 'challenge'> {
  if (challenge === undefined) return {};
  const { when, respond } = challenge;
  const equals = typeof when.equals === 'string' ? when.equals : JSON.stringify(when.equals ?? '');
  return { challenge: { field: plain(respond), when: { field: plain(when.path), equals } } };
}

/** `$.data.id` and `data.id` are one path. */
function plain(path: string): string {
  return path.replace(/^\$\./u, '');
}

/** `creds.api_key` lies in the config as `api_key`. */
function credentialName(ref: string): string {
  return ref.slice('creds.'.length);
}

const plainPath = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/u;

/** One key for a whole delivery: entries of a list are told apart by the interpreter. */
function deliveryIdOf({ dedupe_key: key, split }: Webhook): Pick<ManifestWebhook, 'deliveryId'> {
  if (key === undefined || split !== undefined) return {};
  const { source = 'body', path, name } = placeOf(key);
  if (source === 'header') return name === undefined ? {} : { deliveryId: { header: name } };
  const field = plain(path ?? '');
  return plainPath.test(field) ? { deliveryId: { fields: [field] } } : {};
}

function placeOf(extractor: Extractor): Exclude<Extractor, string> {
  return typeof extractor === 'string' ? { path: extractor } : extractor;
}

function responseOf({ respond }: Webhook): Pick<ManifestWebhook, 'response'> {
  if (respond === undefined) return {};
  const { status, body, content_type: contentType } = respond;
  return {
    response: {
      ...(status === undefined ? {} : { status }),
      ...(body === undefined ? {} : { body }),
      ...(contentType === undefined ? {} : { contentType }),
    },
  };
}
