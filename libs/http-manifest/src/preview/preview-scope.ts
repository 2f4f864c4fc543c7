import type { HttpManifest } from '../http-manifest.ts';
import { configScope, credentialNames } from '../run/scope-of.ts';
import { FileValue } from '../template/file-value.ts';
import type { Scope } from '../template/render-template.ts';
import { secretMark } from './secret-mark.ts';

export interface PreviewInput {
  readonly input?: Readonly<Record<string, unknown>> | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** Inputs of actions; what the caller does not give has a value that is nobody's. */
const usual: Scope = {
  to: '+15550100000',
  from: undefined,
  subject: undefined,
  body: 'Hello',
  media_urls: [],
  job_id: 'job-1',
  attempt_id: 'job-1',
  provider_job_id: 'job-1',
  provider_sid: 'job-1',
  callback_url: undefined,
  file_path: '',
};

/** Values of templates, with a mark in the place of each credential. */
export function previewScope(
  manifest: HttpManifest,
  { input = {}, settings = {} }: PreviewInput,
): Scope {
  const secrets = [...credentialNames(manifest)].map((name) => [name, secretMark]);
  const config = configScope(manifest, { ...settings, ...Object.fromEntries(secrets) });
  const files = filesOf(input);
  return {
    ...usual,
    ...sameJob(input),
    ...withSettings(input, settings),
    ...config,
    files,
    file: files[0],
    file_url: files[0]?.url,
  };
}

/** Faxbot has three names for it. */
function sameJob(input: Scope): Scope {
  const id = input['provider_job_id'] ?? input['provider_sid'];
  return id === undefined ? {} : { job_id: id, provider_job_id: id, provider_sid: id };
}

function withSettings(input: Scope, settings: Scope): Scope {
  return input['from'] === undefined ? { ...input, from: settings['from'] } : input;
}

function filesOf({ file, files }: Scope): readonly FileValue[] {
  const given: readonly unknown[] = Array.isArray(files) ? files : [file ?? {}];
  return given.map((each, place) => {
    const about = typeof each === 'object' && each !== null ? each : {};
    const text = (name: string): string | undefined => {
      const value: unknown = Reflect.get(about, name);
      return typeof value === 'string' ? value : undefined;
    };
    return new FileValue({
      id: `file-${String(place + 1)}`,
      name: text('name') ?? 'document.pdf',
      media_type: text('media_type') ?? text('mime_type'),
      url: text('url') ?? 'https://files.example.com/document.pdf',
    });
  });
}
