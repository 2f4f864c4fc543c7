import { isReservedId } from '@made-open/http-manifest';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { BuilderInput, Fault } from './builder-input.ts';
import { capabilityFaults } from './capability-faults.ts';
import { inputSchema } from './input-schema.ts';
import { settingFaults } from './settings.ts';

const shape = new Ajv2020({ allErrors: true, strict: false }).compile<BuilderInput>(inputSchema);
const maxLevels = 40;
const maxFaults = 100;

/** An input whose form is right, or what is wrong with it. */
export type ReadInput =
  { readonly input: BuilderInput } | { readonly input?: undefined; readonly faults: Fault[] };

/** Takes what somebody typed, however wrong. */
export function readInput(value: unknown): ReadInput {
  const odd = oddTexts(value, '', 0);
  if (odd.length > 0) return { faults: odd.slice(0, maxFaults) };
  if (!shape(value)) {
    const faults = (shape.errors ?? []).slice(0, maxFaults).map(faultOf);
    return { faults: [...faults, ...idFaults(value)] };
  }
  const faults = [...placeFaults(value), ...settingFaults(value.settings ?? [])];
  const all = [...faults, ...capabilityFaults(value)];
  return all.length === 0 ? { input: value } : { faults: all };
}

/** Said in the first step already, however little of the rest is there. */
function idFaults(value: unknown): Fault[] {
  const id = idOf(value);
  return id !== undefined && isReservedId(id)
    ? [{ pointer: '/basics/id', message: `"${id}" is reserved; take another id` }]
    : [];
}

/** The id of an input, complete or not. */
export function idOf(value: unknown): string | undefined {
  const { basics }: { basics?: unknown } = typeof value === 'object' && value !== null ? value : {};
  const { id }: { id?: unknown } = typeof basics === 'object' && basics !== null ? basics : {};
  return typeof id === 'string' ? id : undefined;
}

/** Sections that say the same in two ways. */
function placeFaults({ connection, settings, config_schema }: BuilderInput): Fault[] {
  const { base_url, servers } = connection;
  return [
    ...(base_url !== undefined && servers !== undefined
      ? [{ pointer: '/connection/base_url', message: 'give base_url or servers, not both' }]
      : []),
    ...(settings !== undefined && settings.length > 0 && config_schema !== undefined
      ? [{ pointer: '/config_schema', message: 'give rows of settings or config_schema, not both' }]
      : []),
  ];
}

/** Half characters and NUL have no form in files and in the database. */
function oddTexts(value: unknown, pointer: string, level: number): Fault[] {
  if (level > maxLevels)
    return [{ pointer, message: `is nested deeper than ${String(maxLevels)} levels` }];
  if (typeof value === 'string')
    return value.isWellFormed() && !value.includes('\u0000')
      ? []
      : [{ pointer, message: 'has half of a character, or NUL, which no file can hold' }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    ...(name.isWellFormed() ? [] : [{ pointer, message: 'has a name with half of a character' }]),
    ...oddTexts(member, `${pointer}/${escaped(name)}`, level + 1),
  ]);
}

const formats: Readonly<Record<string, string>> = {
  '/basics/id':
    'must be lower-case letters, digits and - that do not begin or end with -, at most 63 between dots, for example acme-fax',
  '/basics/version': 'must be a semantic version, for example 1.0.0',
  '/basics/name': 'must be one line of 1 to 100 characters that can be seen',
};

function faultOf({ instancePath, keyword, params, message }: ErrorObject): Fault {
  if (keyword === 'required')
    return {
      pointer: `${instancePath}/${escaped(String(params['missingProperty']))}`,
      message: 'is missing',
    };
  if (keyword === 'additionalProperties')
    return {
      pointer: `${instancePath}/${escaped(String(params['additionalProperty']).slice(0, 100))}`,
      message: 'is not known here',
    };
  if (keyword === 'enum')
    return {
      pointer: instancePath,
      message: `must be one of ${JSON.stringify(params['allowedValues'])}`,
    };
  return { pointer: instancePath, message: formats[instancePath] ?? message ?? 'is not valid' };
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
