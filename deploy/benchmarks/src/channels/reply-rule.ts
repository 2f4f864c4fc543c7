const id = 'com.example.bench-words';

/** An operator that decides by itself. */
export const benchOperator = {
  id,
  manifest: JSON.stringify({
    id,
    name: 'Words',
    version: '0.1.0',
    type: 'operator',
    entrypoint: './index.ts',
    permissions: [],
    configSchema: { type: 'object', properties: {} },
    operators: [{ name: 'hasWords', description: 'has at least so many words' }],
  }),
  sources: {
    'src/index.ts': `export const plugin = {
  id: '${id}',
  operators: { hasWords: { evaluate: (fact, value) => fact.split(' ').length >= value } },
};`,
  },
};

const reply = {
  type: 'send_message',
  connection: '{{connection_id}}',
  to: '{{from}}',
  from: '+15550100',
  body: 'Thank you.',
};

export const replyRule = {
  name: 'Answer',
  definition: {
    on: ['communication.MessageReceived'],
    when: { all: [{ fact: 'body', operator: `plugin:${id}/hasWords`, value: 3 }] },
    // oxlint-disable-next-line unicorn/no-thenable -- what a rule does is called so
    then: [reply],
  },
};
