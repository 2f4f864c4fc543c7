import type { HttpManifest } from '../http-manifest.ts';
import { FileValue } from '../template/file-value.ts';
import type { Scope } from '../template/render-template.ts';
import type { FileHandle } from './run-context.ts';

const credential = /creds\.([a-z][a-z0-9_]{0,63})/gu;

/** Names of config values that are credentials: declared, or mentioned. */
export function credentialNames(manifest: HttpManifest): ReadonlySet<string> {
  if (manifest.credentials !== undefined)
    return new Set(manifest.credentials.map(({ name }) => name));
  const { auth, actions, webhooks, streams } = manifest;
  const text = JSON.stringify({ auth, actions, webhooks, streams });
  return new Set([...text.matchAll(credential)].flatMap(([, name]) => name ?? []));
}

/** `settings` and `creds` of a flat config, with the defaults of the settings. */
export function configScope(
  manifest: HttpManifest,
  config: Readonly<Record<string, unknown>>,
): Scope {
  const secret = credentialNames(manifest);
  const entries = Object.entries(config);
  return {
    settings: {
      ...defaultsOf(manifest.config_schema),
      ...Object.fromEntries(entries.filter(([name]) => !secret.has(name))),
    },
    creds: Object.fromEntries(entries.filter(([name]) => secret.has(name))),
  };
}

/** Who sends: as it was asked for, or as the setting `from` says. */
export function senderOf(given: unknown, scope: Scope): unknown {
  if (given !== undefined && given !== '') return given;
  const { settings } = scope;
  return typeof settings === 'object' && settings !== null && 'from' in settings
    ? settings.from
    : undefined;
}

/** What is to be sent, with the config; who does not say from whom it is sends as the setting `from` says. */
export function withConfig(
  own: Scope,
  manifest: HttpManifest,
  config: Readonly<Record<string, unknown>>,
): Scope {
  const scope = configScope(manifest, config);
  return { ...own, from: senderOf(own['from'], scope), ...scope };
}

function defaultsOf(schema: HttpManifest['config_schema']): Readonly<Record<string, unknown>> {
  const properties = schema?.['properties'];
  if (typeof properties !== 'object' || properties === null) return {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]: [string, unknown]) =>
      typeof property === 'object' && property !== null && Object.hasOwn(property, 'default')
        ? [[name, Reflect.get(property, 'default')]]
        : [],
    ),
  );
}

/** A file as templates see it. */
export function fileValueOf(file: FileHandle): FileValue {
  return new FileValue({
    id: file.file_id,
    name: file.name,
    media_type: file.mime_type,
    size_bytes: file.size_bytes,
    url: file.url,
  });
}

/** Names that stand for the files; the text of `file_path`, which old manifests have, is never shown. */
export function fileScope(handles: readonly FileHandle[]): Scope {
  const files = handles.map(fileValueOf);
  const [file] = files;
  return { file, files, file_url: file?.url, file_path: '' };
}

/** Of a job that the provider has given its id: Faxbot has three names for it. */
export function jobScope(jobId: string): Scope {
  return { job_id: jobId, provider_job_id: jobId, provider_sid: jobId };
}

/** Where the provider may report: the webhook that tells of states, or the first one. */
export function callbackUrl(
  { webhooks = {} }: Pick<HttpManifest, 'webhooks'>,
  address: string | undefined,
): string | undefined {
  const names = Object.keys(webhooks);
  const name = names.find((each) => webhooks[each]?.status !== undefined) ?? names[0];
  if (address === undefined || name === undefined) return undefined;
  return `${address.endsWith('/') ? address.slice(0, -1) : address}/${name}`;
}
