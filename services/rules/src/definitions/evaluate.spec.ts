import { evaluate, type Answers } from './evaluate.ts';
import type { Condition, ConditionGroup } from './rule-definition.ts';

const facts = { from: '+15550001', to: ['+1', '+2'], body: 'URGENT: call me', message: { n: 3 } };
const yes: Condition = { fact: 'message.n', operator: 'equal', value: 3 };
const no: Condition = { fact: 'message.n', operator: 'greaterThan', value: 3 };
const asked: Condition = { fact: 'body', operator: 'plugin:com.example.mood/isAngry', value: 1 };

async function met(when: ConditionGroup, answers: Answers = new Map()): Promise<boolean | string> {
  const evaluation = await evaluate(when, facts, answers);
  return evaluation.state === 'asks'
    ? evaluation.asks.map(({ place }) => place).join(' ')
    : evaluation.matches;
}

describe('evaluate', () => {
  it('joins conditions by all, any and not, however they are nested', async () => {
    expect(await met({ all: [] })).toBe(true);
    expect(await met({ all: [yes, no] })).toBe(false);
    expect(await met({ any: [no, yes] })).toBe(true);
    expect(await met({ not: no })).toBe(true);
    expect(await met({ not: { any: [{ all: [yes, { not: no }] }, no] } })).toBe(false);
  });

  it('compares with another fact of the event, and takes what is not there for no value', async () => {
    expect(await met({ all: [{ fact: 'to.0', operator: 'equal', value: { fact: 'to.0' } }] })).toBe(
      true,
    );
    expect(await met({ all: [{ fact: 'to.0', operator: 'equal', value: { fact: 'to.1' } }] })).toBe(
      false,
    );
    expect(await met({ all: [{ fact: 'none.of.it', operator: 'equal', value: null }] })).toBe(true);
  });

  it('reaches nothing but the own members of the event', async () => {
    for (const fact of ['constructor.name', '__proto__', 'body.length', 'to.map'])
      expect(await met({ all: [{ fact, operator: 'exists', value: true }] })).toBe(false);
  });

  it('asks a plugin only when built-in conditions leave it open, and several at once', async () => {
    expect(await met({ all: [asked, no] })).toBe(false);
    expect(await met({ any: [asked, yes] })).toBe(true);
    expect(await met({ all: [asked, yes, { not: asked }] })).toBe('all.0 all.2.not');
    expect(await met({ any: [{ all: [no, asked] }, { all: [yes, asked] }] })).toBe('any.1.all.1');
  });

  it('goes by what plugins have said', async () => {
    const when = { all: [yes, asked] };
    expect(await met(when, new Map([['all.1', true]]))).toBe(true);
    expect(await met(when, new Map([['all.1', false]]))).toBe(false);
    expect(await met({ not: asked }, new Map([['not', false]]))).toBe(true);
  });

  it('tells which conditions decided, and what each came to', async () => {
    expect(await evaluate({ all: [yes, { any: [no, { not: no }] }] }, facts)).toEqual({
      state: 'decided',
      matches: true,
      reason: [
        { place: 'all.0', fact: 'message.n', operator: 'equal', met: true },
        { place: 'all.1.any.0', fact: 'message.n', operator: 'greaterThan', met: false },
        { place: 'all.1.any.1.not', fact: 'message.n', operator: 'greaterThan', met: false },
      ],
    });
  });
});
