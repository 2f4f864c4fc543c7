import type { ManifestWebhook } from '@made-open/manifest';

/** A webhook as the manifest declares it; `name` is empty for the bare path. */
export type Webhook = Omit<ManifestWebhook, 'name'> & { readonly name: string };

/** A channel that declares none has one: its sender proves itself by the token in its address. */
export const bareWebhook: Webhook = { name: '', verify: 'none' };

/** Reads `webhooks` of a manifest, which plugin-manager has checked when it took the plugin. */
export function readWebhooks(text: string): Webhook[] {
  const value: unknown = text === '' ? [] : JSON.parse(text);
  if (!Array.isArray(value) || !value.every(isDeclaration))
    throw new TypeError('the webhooks of a connection are no list of declarations');
  return value.map((declaration) => ({ ...declaration, name: declaration.name ?? '' }));
}

function isDeclaration(value: unknown): value is ManifestWebhook {
  return (
    typeof value === 'object' &&
    value !== null &&
    'verify' in value &&
    typeof value.verify === 'string' &&
    (!('name' in value) || typeof value.name === 'string')
  );
}
