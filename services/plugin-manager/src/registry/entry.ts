import { Ajv2020 } from 'ajv/dist/2020.js';

/** Where the manifest of an entry is: among those that come with the platform, or at an address, with its SHA-256. */
export type EntrySource =
  { readonly preset: string } | { readonly url: string; readonly sha256: string };

/** A provider that somebody has looked at, for others to choose. */
export interface RegistryEntry {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly categories: readonly string[];
  readonly capabilities: readonly string[];
  readonly description: string;
  readonly learn_more?: string | undefined;
  readonly source: EntrySource;
}

const text = { type: 'string', minLength: 1, maxLength: 1000 };
const names = { type: 'array', maxItems: 64, items: { ...text, maxLength: 64 } };

/** JSON Schema of PLUGIN_REGISTRY_FILE. */
export const registryFileSchema = {
  type: 'object',
  required: ['version', 'entries'],
  additionalProperties: false,
  properties: {
    version: { const: 1 },
    entries: {
      type: 'array',
      maxItems: 10_000,
      items: {
        type: 'object',
        required: ['id', 'name', 'version', 'categories', 'capabilities', 'description', 'source'],
        additionalProperties: false,
        properties: {
          id: { type: 'string', pattern: '^[a-z0-9.-]{1,128}$' },
          name: text,
          version: text,
          categories: names,
          capabilities: names,
          description: text,
          learn_more: { type: 'string', pattern: '^https://', maxLength: 1000 },
          source: {
            oneOf: [
              {
                type: 'object',
                required: ['preset'],
                additionalProperties: false,
                properties: { preset: text },
              },
              {
                type: 'object',
                required: ['url', 'sha256'],
                additionalProperties: false,
                properties: {
                  url: { type: 'string', pattern: '^https://', maxLength: 2000 },
                  sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
                },
              },
            ],
          },
        },
      },
    },
  },
} as const;

const check = new Ajv2020({ allErrors: false, strict: false }).compile<{
  entries: RegistryEntry[];
}>(registryFileSchema);

/** Reads the operator's own registry; throws what is wrong and where. */
export function readRegistryFile(content: string): readonly RegistryEntry[] {
  const value: unknown = JSON.parse(content);
  if (check(value)) return value.entries;
  const [fault] = check.errors ?? [];
  throw new TypeError(`${fault?.instancePath ?? ''} ${fault?.message ?? 'is not valid'}`.trim());
}
