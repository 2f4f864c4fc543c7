import { normaliseAddress } from './address.ts';

describe('normaliseAddress', () => {
  it.each([
    ['+1 (555) 123-4567', '', '+15551234567'],
    ['0015551234567', '', '+15551234567'],
    ['tel:+15551234567', '', '+15551234567'],
    ['whatsapp:+15551234567', 'whatsapp', '+15551234567'],
    ['12345', '', '12345'],
    ['Ada@Example.ORG', '', 'ada@example.org'],
    ['Ada Lovelace <Ada@Example.org>', '', 'ada@example.org'],
    ['mailto:ada@example.org', '', 'ada@example.org'],
    ['@Ada:example.org', '', '@Ada:example.org'],
    ['-1001234', '', '-1001234'],
    ['ACME', '', 'ACME'],
  ])('%s', (given, scheme, text) => {
    expect(normaliseAddress(given)).toEqual({ scheme, text });
  });
});
