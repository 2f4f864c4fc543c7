import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../src/index.ts';

describe('a secret file', () => {
  it('is named when it is not there, and shows nothing when it is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'made-open-environment-'));
    writeFileSync(join(folder, 'password'), 'hunter2\n');
    const read = (path: string) =>
      readEnvironment({ PASSWORD_FILE: path }, (environment) =>
        environment.secretFile('PASSWORD_FILE'),
      );
    expect(() => read(join(folder, 'none'))).toThrow(/PASSWORD_FILE names .*none/u);
    const secret = read(join(folder, 'password'));
    expect(secret.reveal()).toBe('hunter2');
    expect(JSON.stringify({ secret }) + String(secret)).not.toContain('hunter2');
    rmSync(folder, { recursive: true });
  });
});
