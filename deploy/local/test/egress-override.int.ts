import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureOverride, ensureOverrides } from '../src/sample/egress-override.ts';

const host = 'api.example.com:443';
const entry = { address: '127.0.0.1', port: 4102, ca_file: '/data/sample-ca.pem' };

describe('ensureOverride', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'egress-override-'));
    path = join(folder, 'egress-overrides.json');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const content = (): unknown => JSON.parse(readFileSync(path, 'utf8'));

  it('makes the file, for its owner alone', () => {
    expect(ensureOverride(path, host, entry)).toBe(true);
    expect(content()).toEqual({ [host]: entry });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('leaves the operator’s entries as they are, and follows a new port of its own', () => {
    const own = { 'mail.example.com:443': { address: '10.0.0.7' } };
    writeFileSync(path, JSON.stringify(own));
    ensureOverride(path, host, entry);
    ensureOverride(path, host, { ...entry, port: 50_000 });
    expect(content()).toEqual({ ...own, [host]: { ...entry, port: 50_000 } });
  });

  it('does not take the host from the operator', () => {
    const own = { [host]: { address: '10.0.0.7', ca_file: '/mine.pem' } };
    writeFileSync(path, JSON.stringify(own));
    expect(ensureOverride(path, host, entry)).toBe(false);
    expect(content()).toEqual(own);
  });

  it.each(['{', '[]', '"text"'])('names the file when it holds %s', (text) => {
    writeFileSync(path, text);
    expect(() => ensureOverride(path, host, entry)).toThrow(path);
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is a file without entries when there is none, and as it was when there is one', () => {
    ensureOverrides(path);
    expect(content()).toEqual({});
    ensureOverride(path, host, entry);
    ensureOverrides(path);
    expect(content()).toEqual({ [host]: entry });
  });
});
