import { RequestError } from '../errors.ts';
import { bodyShape } from '../reader.ts';
import type { PreviewRequest } from './preview-manifest.ts';

type Document = string | Readonly<Record<string, unknown>>;

const document = {
  type: ['object', 'string'],
  description: 'the manifest, as JSON or as the text of its file',
};
const domains = {
  type: 'array',
  minItems: 1,
  maxItems: 32,
  items: { type: 'string', maxLength: 260 },
};
const sample = {
  id: 'acme',
  allowed_domains: ['api.acme.example'],
  actions: { send_fax: { url: 'https://api.acme.example/fax', method: 'POST' } },
};

/** A body with one manifest. */
export const oneDocument = bodyShape<{ manifest: Document }>({ manifest: document }, ['manifest'], {
  manifest: sample,
});

/** A body with a manifest, one of its actions, and what that is given. */
export const previewedAction = bodyShape<{ manifest: Document } & PreviewRequest>(
  {
    manifest: document,
    action: { type: 'string', maxLength: 64 },
    input: { type: 'object', description: 'values of variables, for example to and file' },
    settings: { type: 'object' },
  },
  ['manifest', 'action'],
  { manifest: sample, action: 'send_fax', input: { to: '+15550100' } },
);

interface ImportBody {
  readonly text?: string;
  readonly markdown?: string;
  readonly items?: readonly Readonly<Record<string, unknown>>[];
  readonly allowed_domains?: Readonly<Record<string, readonly string[]>>;
  readonly source?: string;
}

/** A body with any number of manifests. */
export const importedDocuments = bodyShape<ImportBody>(
  {
    text: {
      type: 'string',
      description: 'JSON or Markdown; originals are kept as they stand in it',
    },
    markdown: { type: 'string', description: 'the same, as Faxbot names it' },
    items: { type: 'array', maxItems: 50, items: { type: 'object' } },
    allowed_domains: {
      type: 'object',
      maxProperties: 50,
      additionalProperties: domains,
      description:
        'hosts by the id of the manifest: confirmed by whoever imports, instead of what the manifest says',
    },
    source: { type: 'string', maxLength: 200, description: 'where they are from; noted nowhere' },
  },
  [],
  { text: JSON.stringify(sample) },
);

/** A body that confirms hosts. */
export const confirmation = bodyShape<{ allowed_domains: string[] }>(
  { allowed_domains: { ...domains, description: 'every host that it may reach' } },
  ['allowed_domains'],
  { allowed_domains: ['api.acme.example'] },
);

export function documentOf({ manifest }: { manifest: Document }): string {
  return typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
}

/** All of a body as one text to search. */
export function importText({ text, markdown, items }: ImportBody): string {
  const parts = [
    ...[text, markdown].flatMap((part) => part ?? []),
    ...(items ?? []).map((item) => JSON.stringify(item)),
  ];
  if (parts.length > 0) return parts.join('\n');
  throw new RequestError(
    'request.invalid',
    422,
    'the body of the request is not valid: give "text", "markdown" or "items"',
  );
}
