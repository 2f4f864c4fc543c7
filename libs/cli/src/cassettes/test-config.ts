import { isAnswer, textsAt, type Answer } from '../platform/answer.ts';

/** A config that fits a simple schema: made-up texts, the first of an enumeration, defaults. Nobody's secret. */
export function testConfig(schema: Answer): Record<string, unknown> {
  const { properties } = schema;
  if (!isAnswer(properties)) return {};
  return Object.fromEntries(
    textsAt(schema, 'required').map((name) => [name, valueOf(name, properties[name])]),
  );
}

function valueOf(name: string, schema: unknown): unknown {
  if (!isAnswer(schema)) return `made-up-${name}`;
  if ('default' in schema) return schema['default'];
  const { enum: values, type } = schema;
  if (Array.isArray(values)) return values[0];
  if (type === 'object') return testConfig(schema);
  const simple: Readonly<Record<string, unknown>> = {
    integer: schema['minimum'] ?? 1,
    number: schema['minimum'] ?? 1,
    boolean: false,
    array: [],
  };
  if (typeof type === 'string' && type in simple) return simple[type];
  return schema['format'] === 'uri' ? 'https://example.com' : `made-up-${name}`;
}
