import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processMark } from '@made-open/local-parts';
import { AlreadyRunsError } from '../src/errors.ts';
import { FolderLock } from '../src/platform/folder-lock.ts';

describe('FolderLock', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'folder-lock-'));
    file = join(folder, 'supervisor.pid');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses a second one and names the process that holds it', () => {
    const lock = FolderLock.take(folder);
    expect(() => FolderLock.take(folder)).toThrow(AlreadyRunsError);
    expect(() => FolderLock.take(folder)).toThrow(String(process.pid));
    lock.release();
    FolderLock.take(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('does not count when its process was killed', async () => {
    const holder = spawn('sleep', ['600']);
    writeFileSync(file, processMark(holder.pid ?? 0));
    expect(() => FolderLock.take(folder)).toThrow(AlreadyRunsError);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    FolderLock.take(folder).release();
  });

  it('does not count when the number belongs to a process that started later', () => {
    writeFileSync(file, processMark(process.pid).replace(/\d+\n$/u, '1\n'));
    FolderLock.take(folder).release();
  });

  it('does not count when it is empty, as after a power cut', () => {
    writeFileSync(file, '');
    FolderLock.take(folder).release();
  });
});
