import { nearestName } from '@made-open/manifest';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { httpManifestSchema } from '../schema/http-manifest-schema.ts';

const maxFaults = 50;
/** Of what the schema says; a hostile document has very much wrong. */
const maxLooked = 200;
const shape = new Ajv2020({
  allErrors: true,
  strict: false,
  verbose: true,
  ownProperties: true,
  discriminator: true,
}).compile<HttpManifest>(httpManifestSchema);

/** What the schema says of a value. */
export type Shaped =
  | { readonly manifest: HttpManifest }
  | { readonly manifest: undefined; readonly faults: readonly HttpManifestFault[] };

/** Holds a value against the schema. */
export function shapeOf(value: unknown): Shaped {
  if (shape(value)) return { manifest: value };
  const faults = (shape.errors ?? []).filter(isTelling).slice(0, maxLooked).map(explain);
  shape.errors = null; // they hold the document
  return { manifest: undefined, faults: distinct(faults).slice(0, maxFaults) };
}

/** Not those that only say that another one was found further in. */
function isTelling({ keyword, schemaPath }: ErrorObject): boolean {
  if (keyword === 'propertyNames') return false;
  return !(/\/anyOf\/\d+\//u.test(schemaPath) && keyword === 'type');
}

function distinct(faults: readonly HttpManifestFault[]): HttpManifestFault[] {
  const seen = new Set<string>();
  return faults.filter(({ pointer, message }) => {
    const key = `${pointer} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

function explain(fault: ErrorObject): HttpManifestFault {
  const { instancePath: pointer } = fault;
  // What stands here instead of a name is most likely the secret itself.
  if (isCredential(fault))
    return {
      pointer,
      message:
        'must name a credential, for example "creds.api_key"; the value itself belongs into the wallet',
      code: 'secret_in_manifest',
    };
  return { pointer, message: messageOf(fault) };
}

function isCredential({ keyword, schemaPath }: ErrorObject): boolean {
  return keyword === 'pattern' && schemaPath.includes('/CredentialRef/');
}

type Explain = (fault: ErrorObject) => string;

const explanations: Readonly<Record<string, Explain>> = {
  required: ({ params }) => `lacks "${String(params['missingProperty'])}"`,
  additionalProperties: unknownField,
  discriminator: unknownKind,
  enum: ({ params }) => `must be one of ${JSON.stringify(params['allowedValues'])}`,
  const: ({ params }) => `must be ${JSON.stringify(params['allowedValue'])}`,
  pattern: (fault) => `must match: ${hint(fault) ?? 'its expression'}`,
};

function messageOf(fault: ErrorObject): string {
  const own = explanations[fault.keyword];
  if (own !== undefined) return own(fault);
  const { message = 'is not valid' } = fault;
  const help = hint(fault);
  return help === undefined ? message : `${message} (${help})`;
}

function unknownField({ params, parentSchema }: ErrorObject): string {
  const name = String(params['additionalProperty']).slice(0, 100);
  const properties: unknown = parentSchema?.['properties'];
  const known =
    typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
  const meant = nearestName(name, known);
  const help =
    meant === undefined ? `the fields are ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `has the unknown field ${JSON.stringify(name)}; ${help}`;
}

function unknownKind({ params, parentSchema }: ErrorObject): string {
  const tag = String(params['tag']);
  const alternatives: unknown = parentSchema?.['oneOf'];
  const kinds = Array.isArray(alternatives)
    ? alternatives.map((each: unknown) => constantOf(each, tag))
    : [];
  return `needs "${tag}", one of ${JSON.stringify(kinds)}`;
}

function constantOf(schema: unknown, tag: string): unknown {
  return ['properties', tag, 'const'].reduce<unknown>(
    (part, key) => (typeof part === 'object' && part !== null ? Reflect.get(part, key) : undefined),
    schema,
  );
}

function hint({ parentSchema }: ErrorObject): string | undefined {
  const description: unknown = parentSchema?.['description'];
  return typeof description === 'string' ? description : undefined;
}
