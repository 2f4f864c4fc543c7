import { InvalidDefinitionError } from '../errors.ts';
import { readDefinition } from './check-definition.ts';

const definition = {
  on: ['communication.MessageReceived', 'data.*', 'rules.custom.>'],
  when: { all: [{ fact: 'body', operator: 'contains', value: 'a' }] },
  then: [{ type: 'send_message', connection: 'c1', to: '{{from}}', body: 'Hello {{from}}' }],
};

function faultsOf(change: object): string[] {
  try {
    readDefinition(JSON.stringify({ ...definition, ...change }));
    return [];
  } catch (error) {
    if (error instanceof InvalidDefinitionError) return error.message.split('\n');
    throw error;
  }
}

function nested(levels: number): object {
  return levels === 0
    ? { fact: 'a', operator: 'exists', value: true }
    : { not: nested(levels - 1) };
}

describe('readDefinition', () => {
  it('takes one with every kind of action', () => {
    const then = [
      ...definition.then,
      { type: 'send_message', connection: 'c1', to: '{{from}}', body: 'x', subject: 's' },
      { type: 'emit_event', name: 'custom.escalated', payload: { who: '{{from}}' } },
      { type: 'call_webhook', endpoint: 'e1' },
      { type: 'tag_entity', labels: ['vip'] },
      { type: 'untag_entity', labels: ['new'] },
    ];
    expect(readDefinition(JSON.stringify({ ...definition, then })).then).toHaveLength(6);
  });

  it('knows the names of events', () => {
    expect(
      faultsOf({
        ...definition,
        on: ['communication.MessagReceived', 'rules.custom.any', 'communication', 'data.*'],
      }),
    ).toEqual([
      'on.0: no event of the catalogue is called communication.MessagReceived',
      'on.2: no event of the catalogue is called communication',
    ]);
  });

  it('has a limit of expressions', () => {
    const matches = { fact: 'body', operator: 'matchesIgnoringCase', value: 'a' };
    const faults = (count: number) =>
      faultsOf({ ...definition, when: { any: Array.from({ length: count }, () => matches) } });
    expect(faults(10)).toEqual([]);
    expect(faults(11)).toEqual([expect.stringContaining('11 expressions')]);
  });

  it('tells every fault with its place', () => {
    expect(
      faultsOf({
        on: ['plugin.ConnectionChanged', 'communication.>.x'],
        when: { all: [{ fact: 'a', operator: 'equal' }, {}, { all: [], extra: 1 }] },
        then: [{ type: 'send_message', connection: 'c1' }, { type: 'dance' }],
        more: 1,
      }),
    ).toEqual(
      expect.arrayContaining([
        'the definition has the unknown field "more"',
        expect.stringContaining('on.0 must be a subject of communication'),
        expect.stringContaining('on.1 must be a subject of communication'),
        'when.all.0 lacks "value"',
        'when.all.1 needs "fact", "all", "any" or "not"',
        'when.all.2 has the unknown field "extra"',
        'then.0 lacks "to"',
        'then.0 lacks "body"',
        'then.1.type must be send_message, emit_event, call_webhook, tag_entity or untag_entity',
      ]),
    );
  });

  it('knows the operators, and what each compares with', () => {
    const one = (operator: string, value: unknown, more = {}) =>
      faultsOf({ when: { any: [{ fact: 'a', operator, value, ...more }] } });
    expect(one('equals', 1)).toEqual([
      expect.stringContaining('when.any.0: there is no operator "equals"'),
    ]);
    expect(one('in', 'a')).toEqual(['when.any.0: in needs a list']);
    expect(one('matches', '(')).toEqual([expect.stringContaining('syntax of RE2')]);
    expect(one('matches', { fact: 'pattern' })).toEqual([]);
    expect(one('plugin:com.example.mood/isAngry', 1, { connection: 'c' })).toEqual([]);
    expect(one('plugin:Com_Example/isAngry', 1)).toHaveLength(1);
    expect(one('equal', 1, { connection: 'c' })).toHaveLength(1);
    expect(one('equal', { fact: 'a', b: 1 })).toHaveLength(1);
  });

  it('has its limits', () => {
    const many = (count: number) =>
      faultsOf({ when: { all: Array.from({ length: count }, () => nested(0)) } });
    expect(many(50)).toEqual([]);
    expect(many(51)).toHaveLength(1);
    expect(faultsOf({ when: nested(5) })).toEqual([]);
    expect(faultsOf({ when: nested(6) })).toEqual(['when is 6 levels deep, and 5 are allowed']);
  });

  it('is not led into the depths', () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const withPayload = (payload: string) =>
      JSON.stringify({
        ...definition,
        then: [{ type: 'emit_event', name: 'custom.x', payload: 0 }],
      }).replace('"payload":0', `"payload":${payload}`);
    expect(() => readDefinition(withPayload(deep(40)))).not.toThrow();
    for (const json of [
      withPayload(deep(100_000)),
      `{"when":${'{"not":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
    ])
      expect(() => readDefinition(json)).toThrow('64 levels');
  });

  it('takes templates that are paths, and no expressions', () => {
    const then = [{ type: 'send_message', connection: 'c1', to: 'a', body: '{{from + 1}}' }];
    expect(faultsOf({ then })).toEqual([expect.stringContaining('then.0.body has "{{"')]);
  });

  it('refuses what is no JSON', () => {
    expect(() => readDefinition('{')).toThrow('not JSON');
  });
});
