import { ruleSchemas } from '@made-open/contracts';
import { kinds, objectSchema, pageSchema, ref } from '../problem-schema.ts';

const { text, time, count, orNull } = kinds;
const id = { ...text, format: 'uuid' };
const ruleId = '01930000-0000-7000-8000-00000000000a';
const fault = {
  type: ['object', 'null'],
  required: ['code', 'message'],
  properties: { code: text, message: text },
};
const reason = {
  type: ['object', 'null'],
  description: 'which conditions decided, and what each came to; null as long as it is open',
  properties: {
    conditions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['place', 'fact', 'operator', 'met'],
        properties: {
          place: { ...text, description: 'within `when`: `all.0.any.1`' },
          fact: text,
          operator: text,
          met: { type: 'boolean' },
        },
      },
    },
    error: { type: 'object', properties: { code: text, message: text } },
  },
};
const exampleReason = {
  conditions: [{ place: 'all.0', fact: 'body', operator: 'containsIgnoringCase', met: true }],
};

/** Schemas of what the routes of rules take and answer; those of definitions are of the contracts. */
export const ruleApiSchemas = {
  ...ruleSchemas,
  Rule: objectSchema(
    {
      id,
      space_id: text,
      name: text,
      enabled: { type: 'boolean' },
      version: { ...count, description: 'rises with every change' },
      definition: ref('RuleDefinition'),
      created_at: time,
      updated_at: time,
      fired_count: { ...count, description: 'how often its conditions were met' },
      last_fired_at: orNull(time),
      not_matched_count: {
        ...count,
        description: 'events of its subjects that did not meet its conditions, about',
      },
    },
    {
      id: ruleId,
      space_id: 'default',
      name: 'Pass on what is urgent',
      enabled: true,
      version: 1,
      definition: ruleSchemas.RuleDefinition.example,
      created_at: '2026-11-21T06:00:00.000Z',
      updated_at: '2026-11-21T06:00:00.000Z',
      fired_count: 3,
      last_fired_at: '2026-11-21T06:20:00.000Z',
      not_matched_count: 120,
    },
  ),
  RulePage: pageSchema('Rule'),
  Execution: objectSchema(
    {
      id,
      rule_id: id,
      rule_version: count,
      event_id: text,
      event_type: text,
      state: {
        type: 'string',
        enum: ['pending', 'done', 'failed', 'not_matched', 'loop'],
        description: '`loop`: the rule itself led to the event, or a long chain of rules did',
      },
      started_at: time,
      ended_at: orNull(time),
      reason,
      actions: {
        type: 'array',
        items: {
          type: 'object',
          required: ['type', 'state', 'tries', 'error', 'result_id'],
          additionalProperties: false,
          properties: {
            type: text,
            state: { type: 'string', enum: ['pending', 'done', 'failed'] },
            tries: count,
            error: fault,
            result_id: {
              ...orNull(text),
              description: 'what it made: the id of a message, an event or a delivery',
            },
          },
        },
      },
    },
    {
      id: '01930000-0000-7000-8000-00000000000b',
      rule_id: ruleId,
      rule_version: 1,
      event_id: '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10',
      event_type: 'communication.MessageReceived',
      state: 'done',
      started_at: '2026-11-21T06:20:00.000Z',
      ended_at: '2026-11-21T06:20:00.100Z',
      reason: exampleReason,
      actions: [
        {
          type: 'send_message',
          state: 'done',
          tries: 1,
          error: null,
          result_id: '01930000-0000-7000-8000-00000000000c',
        },
      ],
    },
  ),
  ExecutionPage: pageSchema('Execution'),
  RuleTrial: objectSchema(
    {
      event_id: text,
      event_type: text,
      event_time: text,
      matches: { type: 'boolean' },
      reason,
      actions: {
        type: 'array',
        items: { type: 'object' },
        description: 'what it would have done, with its templates filled in',
      },
    },
    {
      event_id: '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10',
      event_type: 'communication.MessageReceived',
      event_time: '2026-11-21T06:20:00.000Z',
      matches: true,
      reason: exampleReason,
      actions: [
        { type: 'send_message', connection: 'conn-sms', to: '+15550001', body: 'Urgent: call' },
      ],
    },
  ),
  RuleTrials: objectSchema({ data: { type: 'array', items: ref('RuleTrial') } }, { data: [] }),
};
