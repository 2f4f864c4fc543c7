import { eventSubjects, fitsAnyEvent } from './event-subjects.ts';

describe('eventSubjects', () => {
  it('are those that somebody outside may hear, and none between services', () => {
    expect(eventSubjects).toContain('communication.MessageReceived');
    expect(eventSubjects).toContain('rules.custom.*');
    for (const subject of eventSubjects)
      expect(subject).toMatch(/^(?:communication|connector|data|rules)\./u);
  });
});

describe('fitsAnyEvent', () => {
  it.each([
    'communication.MessageReceived',
    'communication.*',
    'data.>',
    '>',
    '*.MessageReceived',
    'rules.custom.urgent',
    'rules.custom.*',
    'rules.>',
  ])('is so for %s', (pattern) => {
    expect(fitsAnyEvent(pattern)).toBe(true);
  });

  it.each([
    'communication.MessagReceived',
    'communication',
    'data.Person',
    'foo.*',
    '*',
    'data.PersonCreated.>',
    'rules.custom',
    'rules.custom.a.b',
    'runs.*',
  ])('is not so for %s', (pattern) => {
    expect(fitsAnyEvent(pattern)).toBe(false);
  });
});
