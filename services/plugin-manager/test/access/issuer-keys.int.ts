import { temporaryFolder } from '@made-open/testing';
import { OverrideFile } from '../../src/egress/override-file.ts';
import { HttpIssuerKeys } from '../../src/tokens/http-issuer-keys.ts';
import { Issuer, issuer } from './issuer.ts';
import { MemoryLogger } from '../platform/memory-parts.ts';

const header = { alg: 'RS256', kid: 'k' };
const token = { payload: '', signature: '' };
const jwks_uri = `${issuer}/jwks`;

let source: Issuer;

beforeAll(async () => {
  source = await Issuer.start();
});
afterAll(() => source?.stop());

it.each([
  ['is of another issuer', { issuer: 'https://other.example.com', jwks_uri }, 1],
  ['names no key set', { issuer }, 1],
  ['is no object', 'text', 1],
  ['names a key set that is none', { issuer, jwks_uri }, 2],
])('asks after five seconds at most when the description %s', async (_, answer, requests) => {
  let nowMs = 0;
  const overrides = new OverrideFile(source.overrides(temporaryFolder()), new MemoryLogger());
  const keys = new HttpIssuerKeys(
    issuer,
    () => ({ overrides: overrides.all() }),
    () => nowMs,
  );
  source.fixedAnswer = JSON.stringify(answer);
  const before = source.asked;
  const refused = { code: 'token.issuer_unavailable' };
  for (let n = 0; n < 3; n++) await expect(keys.find(header, token)).rejects.toMatchObject(refused);
  expect(source.asked - before).toBe(requests);
  nowMs = 5000;
  await expect(keys.find(header, token)).rejects.toMatchObject(refused);
  expect(source.asked - before).toBe(2 * requests);
});
