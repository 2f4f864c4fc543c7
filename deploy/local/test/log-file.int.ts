import { eventually } from '@made-open/testing';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eachLine, LogFile } from '../src/processes/log-file.ts';

describe('LogFile', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'log-file-'));
    path = join(folder, 'logs', 'etl.log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps what was written when it is closed, and goes on behind it at the next start', async () => {
    for (const line of ['first start', 'second start']) {
      const log = new LogFile(path);
      log.write(line);
      await log.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('first start\nsecond start\n');
  });

  it('is readable by its owner alone', async () => {
    const log = new LogFile(path);
    log.write('x');
    await log.close();
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(statSync(join(folder, 'logs')).mode & 0o077).toBe(0);
  });

  it('never takes more room than its limits, and ends with the newest line', async () => {
    const log = new LogFile(path, { limits: { sizeBytes: 10_000, files: 2 } });
    for (let line = 0; line < 5000; line++) log.write(`line ${String(line)}`);
    await log.close();
    expect(readdirSync(join(folder, 'logs')).toSorted()).toEqual([
      'etl.log',
      'etl.log.1',
      'etl.log.2',
    ]);
    for (const file of readdirSync(join(folder, 'logs'))) {
      const { mode, size } = statSync(join(folder, 'logs', file));
      expect(size).toBeLessThan(11_000);
      expect(mode & 0o077).toBe(0);
    }
    const newest = ['etl.log.1', 'etl.log']
      .map((file) => readFileSync(join(folder, 'logs', file), 'utf8'))
      .join('');
    expect(newest.endsWith('line 4999\n')).toBe(true);
  });

  it('remembers its last lines', () => {
    const log = new LogFile(path);
    const lines = Array.from({ length: 30 }, (_, index) => `line ${String(index)}`);
    for (const line of lines) log.write(line);
    expect(log.lastLines).toEqual(lines.slice(-20));
    return log.close();
  });

  it('says that it cannot be written and ends nobody for it', async () => {
    const notes: string[] = [];
    const log = new LogFile(path, { note: (text) => notes.push(text) });
    symlinkSync('/dev/full', path); // as a disk that is full
    log.write('lost');
    await eventually(() => expect(notes.join()).toContain(path));
    log.write('lost too');
    await log.close();
  });
});

describe('eachLine', () => {
  it('puts lines together that come in pieces', () => {
    const lines: string[] = [];
    const write = eachLine((line) => lines.push(line));
    for (const chunk of ['a', 'b\nc', '\n\nd', '\n']) write(chunk);
    expect(lines).toEqual(['ab', 'c', '', 'd']);
  });
});
