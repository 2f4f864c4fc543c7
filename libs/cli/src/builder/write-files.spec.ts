import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFiles } from './write-files.ts';

describe('writeFiles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-build-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const files = [{ path: 'providers/a/plugin.json', content: '{}\n' }];

  it('writes once, and the same again', () => {
    expect(writeFiles(folder, files, false)).toEqual(['providers/a/plugin.json']);
    expect(writeFiles(folder, files, false)).toEqual(['providers/a/plugin.json']);
  });

  it('keeps other content unless it is told not to', () => {
    const other = [{ path: 'providers/a/plugin.json', content: '{"a":1}\n' }];
    expect(() => writeFiles(folder, other, false)).toThrow('with other content');
    writeFiles(folder, other, true);
    expect(readFileSync(join(folder, 'providers/a/plugin.json'), 'utf8')).toBe('{"a":1}\n');
  });

  it.each(['../x', '/x', 'a/../../x', '', '.env', 'a//b'])('never writes to %j', (path) => {
    expect(() => writeFiles(folder, [{ path, content: '' }], true)).toThrow('no path within');
    expect(existsSync(join(folder, '..', 'x'))).toBe(false);
  });
});
