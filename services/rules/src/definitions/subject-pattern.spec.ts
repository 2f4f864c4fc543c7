import { matchesSubject } from './subject-pattern.ts';

describe('matchesSubject', () => {
  it.each([
    ['data.PersonCreated', 'data.PersonCreated', true],
    ['data.*', 'data.PersonCreated', true],
    ['data.*', 'data.v2.PersonCreated', false],
    ['data.>', 'data.v2.PersonCreated', true],
    ['data.>', 'data', false],
    ['*.PersonCreated', 'data.PersonCreated', true],
    ['data.Person', 'data.PersonCreated', false],
  ])('%s and %s', (pattern, subject, expected) => {
    expect(matchesSubject(pattern, subject)).toBe(expected);
  });
});
