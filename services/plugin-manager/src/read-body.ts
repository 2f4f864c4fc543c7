import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { RequestError } from './errors.ts';

const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });

/** Makes a reader of request bodies from a JSON Schema; every fault is named, unknown fields are refused. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what its schema describes
export function bodyReader<T>(
  properties: Readonly<Record<string, object>>,
  required: readonly string[],
): (body: unknown) => T {
  const check = ajv.compile<T>({
    type: 'object',
    properties,
    required,
    additionalProperties: false,
  });
  return (body) => {
    const value: unknown = body ?? {};
    if (check(value)) return value;
    throw new RequestError('request.invalid', 422, 'the request body is not valid', {
      errors: (check.errors ?? []).map(explain),
    });
  };
}

/** A page size from 1 to `max`. */
export function pageLimit(text: string | undefined, max = 200): number {
  if (text === undefined) return 50;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > max)
    throw new RequestError(
      'request.invalid',
      400,
      `limit must be a whole number from 1 to ${String(max)}`,
    );
  return limit;
}

function explain(fault: ErrorObject): string {
  const place = fault.instancePath.replaceAll('/', '.').replace(/^\./u, '') || 'the body';
  if (fault.keyword === 'required')
    return `${place} lacks "${String(fault.params['missingProperty'])}"`;
  if (fault.keyword === 'additionalProperties')
    return `${place} has the unknown field "${String(fault.params['additionalProperty'])}"`;
  return `${place} ${fault.message ?? 'is not valid'}`;
}
