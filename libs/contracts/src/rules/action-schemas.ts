const template = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const action = (
  type: string,
  required: readonly string[],
  properties: Readonly<Record<string, object>>,
) => ({
  type: 'object',
  required: ['type', ...required],
  additionalProperties: false,
  properties: { type: { type: 'string', const: type }, ...properties },
});
const payload = {
  description:
    'any JSON; `{{path}}` in its texts stands for what the event has there, and a text that is nothing else becomes that value',
};

const labels = (description: string) => ({
  type: 'array',
  minItems: 1,
  maxItems: 20,
  uniqueItems: true,
  items: template(200),
  description,
});

/** JSON Schemas of what rules do. `{{path}}` in texts stands for what the event has there. */
export const actionSchemas = {
  RuleAction: {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: ['SendMessage', 'EmitEvent', 'CallWebhook', 'TagEntity', 'UntagEntity'].map((name) => ({
      $ref: `#/components/schemas/RuleAction${name}`,
    })),
  },
  RuleActionSendMessage: action('send_message', ['connection', 'to', 'body'], {
    connection: { type: 'string', minLength: 1, maxLength: 128 },
    to: template(1000),
    body: template(65_536),
    from: template(1000),
    subject: template(1000),
    thread_id: template(1000),
  }),
  RuleActionEmitEvent: action('emit_event', ['name'], {
    name: {
      type: 'string',
      pattern: '^custom\\.[A-Za-z][A-Za-z0-9_-]{0,63}$',
      description: 'published as `rules.<name>`',
    },
    payload,
  }),
  RuleActionCallWebhook: action('call_webhook', ['endpoint'], {
    endpoint: { type: 'string', minLength: 1, maxLength: 128, description: 'id of an endpoint' },
    payload: { ...payload, description: `${payload.description}; the whole event unless given` },
  }),
  RuleActionTagEntity: action('tag_entity', ['labels'], {
    labels: labels('put on the entity that the event is about'),
  }),
  RuleActionUntagEntity: action('untag_entity', ['labels'], {
    labels: labels('taken off the entity that the event is about'),
  }),
};
