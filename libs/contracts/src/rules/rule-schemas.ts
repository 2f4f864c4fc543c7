import { actionSchemas } from './action-schemas.ts';

/** Conditions that a rule nests in each other at most, and conditions that it has at most. */
export const maxConditionDepth = 5;
export const maxConditions = 50;

const path = {
  type: 'string',
  minLength: 1,
  maxLength: 200,
  pattern: '^[$A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)*$',
};
const group = (name: string, members: object) => ({
  type: 'object',
  required: [name],
  additionalProperties: false,
  properties: { [name]: members },
});
const condition = { $ref: '#/components/schemas/RuleCondition' };
const conditions = (minItems: number) => ({
  type: 'array',
  minItems,
  maxItems: maxConditions,
  items: condition,
});
const groups = {
  all: { ...group('all', conditions(0)), description: 'every one of them; none is always met' },
  any: { ...group('any', conditions(1)), description: 'at least one of them' },
  not: { ...group('not', condition), description: 'the opposite' },
};

/** JSON Schemas of rules, as components of OpenAPI; they refer to each other there. */
export const ruleSchemas = {
  RuleDefinition: {
    type: 'object',
    required: ['on', 'when', 'then'],
    additionalProperties: false,
    properties: {
      on: {
        type: 'array',
        minItems: 1,
        maxItems: 20,
        uniqueItems: true,
        items: {
          type: 'string',
          maxLength: 200,
          pattern:
            '^(communication|data|connector|rules\\.custom)(\\.([A-Za-z0-9_-]+|\\*))*(\\.>)?$',
        },
        description: 'subjects of events; `*` stands for one token, `>` for all that follow',
      },
      connections: {
        type: 'array',
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        items: { type: 'string', minLength: 1, maxLength: 128 },
        description: 'only events of these connections; all unless given',
      },
      when: { $ref: '#/components/schemas/RuleGroup' },
      then: {
        type: 'array',
        minItems: 1,
        maxItems: 10,
        items: { $ref: '#/components/schemas/RuleAction' },
      },
      log_all: {
        type: 'boolean',
        description: 'keeps an execution also of events that do not meet the conditions',
      },
    },
    example: {
      on: ['communication.MessageReceived'],
      when: { all: [{ fact: 'body', operator: 'containsIgnoringCase', value: 'urgent' }] },
      then: [
        {
          type: 'send_message',
          connection: 'conn-sms',
          to: '+15550001',
          body: '{{from}}: {{body}}',
        },
      ],
    },
  },
  RuleGroup: {
    type: 'object',
    if: { required: ['all'] },
    then: groups.all,
    else: {
      if: { required: ['any'] },
      then: groups.any,
      else: groups.not,
    },
    description: `all, any or not; ${String(maxConditionDepth)} levels and ${String(maxConditions)} conditions at most`,
  },
  RuleCondition: {
    type: 'object',
    if: { required: ['fact'] },
    then: { $ref: '#/components/schemas/RuleComparison' },
    else: { $ref: '#/components/schemas/RuleGroup' },
    description: 'a comparison, or all, any or not',
  },
  RuleComparison: {
    type: 'object',
    required: ['fact', 'operator', 'value'],
    additionalProperties: false,
    properties: {
      fact: {
        ...path,
        description:
          'path into the data of the event; `$type`, `$id` and `$time` are of the event itself',
      },
      operator: {
        type: 'string',
        maxLength: 250,
        description: 'one of the built-in ones, or `plugin:<plugin>/<operator>`',
      },
      value: {
        description: 'what it is compared with; `{"fact": "<path>"}` takes it from the event',
      },
      connection: {
        type: 'string',
        minLength: 1,
        maxLength: 128,
        description: 'of an operator plugin with several connections: the one to ask',
      },
    },
  },
  ...actionSchemas,
};
