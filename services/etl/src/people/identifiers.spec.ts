import { identifiersOf } from './identifiers.ts';

describe('identifiersOf', () => {
  it('compares addresses without case', () => {
    expect(identifiersOf([' Ada@Example.COM ', 'ada@example.com'], [])).toEqual([
      { kind: 'email', value: 'ada@example.com' },
    ]);
  });

  it('takes phone numbers in E.164 form, however they are grouped', () => {
    expect(identifiersOf([], ['+49 (30) 123-456', '+4930123456', '+49 30/123.456'])).toEqual([
      { kind: 'phone', value: '+4930123456' },
    ]);
  });

  it.each([
    '030 123456',
    '0049301234567',
    '+0301234567',
    '+12345',
    '+1234567890123456',
    '+49 30 CALL',
    '',
  ])('does not take %j for a number: it may be that of somebody else', (phone) => {
    expect(identifiersOf([], [phone])).toEqual([]);
  });

  it.each(['', 'ada', `${'x'.repeat(320)}@b`])('does not take %j for an address', (email) => {
    expect(identifiersOf([email], [])).toEqual([]);
  });
});
