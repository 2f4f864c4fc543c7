import { ruleSchemas } from '@made-open/contracts';
import { ref } from '../problem-schema.ts';
import { bodyShape, listShape, queryShape, spaceField } from '../reader.ts';
import type { WantedRule } from './rules.ts';

const name = { type: 'string', minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]+$' };
/** The service of rules checks it, and tells every fault with its place. */
const definition = { type: 'object' };
const { example } = ruleSchemas.RuleDefinition;

export const wantedRule = described(
  bodyShape<WantedRule & { readonly space_id: string }>(
    { name, enabled: { type: 'boolean', default: true }, definition, space_id: spaceField },
    ['name', 'definition'],
    { name: 'Pass on what is urgent', definition: example },
  ),
);
export const wantedChange = described(
  bodyShape<Partial<WantedRule>>({ name, enabled: { type: 'boolean' }, definition }, [], {
    enabled: false,
  }),
);

interface Events {
  readonly events?: readonly object[];
  readonly limit?: number;
}
const events = {
  events: {
    type: 'array',
    maxItems: 100,
    items: { type: 'object' },
    description: 'CloudEvents with `id`, `type` and `data`; past ones of its subjects unless given',
  },
  limit: {
    type: 'integer',
    minimum: 1,
    maximum: 500,
    description: 'how many past events, the newest first; 50 unless given',
  },
};
export const wantedTrial = bodyShape<Events>(events, [], { limit: 20 });
export const wantedDefinitionTrial = described(
  bodyShape<Events & { readonly definition: object; readonly space_id: string }>(
    { ...events, definition, space_id: spaceField },
    ['definition'],
    { definition: example, limit: 20 },
  ),
);

const state = { type: 'string', enum: ['pending', 'done', 'failed', 'not_matched', 'loop'] };
export const stateParameter = { name: 'state', required: false, schema: state } as const;
export const executionList = listShape({ space_id: spaceField, state });
export const ruleList = listShape({ space_id: spaceField });
export const spaceQuery = queryShape<{ space_id?: string }>({ space_id: spaceField });

/** The description names the schema of definitions, which the check here leaves to the service of rules. */
function described<S extends { readonly schema: object }>(shape: S): S {
  const { properties } = { properties: {}, ...shape.schema };
  return {
    ...shape,
    schema: { ...shape.schema, properties: { ...properties, definition: ref('RuleDefinition') } },
  };
}
