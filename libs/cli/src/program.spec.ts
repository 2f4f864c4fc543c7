import { PassThrough } from 'node:stream';
import { runProgram } from './program.ts';

async function run(...args: string[]) {
  const stdout = new PassThrough().setEncoding('utf8');
  const stderr = new PassThrough().setEncoding('utf8');
  const status = await runProgram(
    args,
    { stdin: process.stdin, stdout, stderr, env: { HOME: '/nonexistent' }, folder: '/nonexistent' },
    '1.2.3',
  );
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { status, stdout: read(stdout), stderr: read(stderr) };
}

describe('made-open', () => {
  it('tells its version and what there is', async () => {
    expect(await run('--version')).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' });
    const { status, stdout } = await run('--help');
    expect(status).toBe(0);
    for (const name of ['create', 'validate', 'push', 'approve', 'connect', 'sync', 'runs', 'logs'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'mu'));
    expect(stdout).toContain('Exit codes');
  });

  it.each([
    [['frobnicate'], 64, /unknown command/u],
    [['push', '--frobnicate'], 64, /unknown option/u],
    [['create'], 64, /missing required argument 'id'/u],
    [['plsh'], 64, /Did you mean push/u],
    [['validate'], 66, /no plugin\.json in \/nonexistent.*made-open create/u],
    [['plugins'], 78, /MADE_OPEN_KEY/u],
    [['plugins', '--url', 'http://example.com'], 78, /MADE_OPEN_KEY/u],
    [['admin-key', 'create', '--name', 'x'], 64, /--scope/u],
    [['delete', 'x'], 64, /--data/u],
    [['configure', 'x'], 64, /nothing to change/u],
    [['checkpoints', 'rewind', 'x', '--to', '0'], 64, /--start/u],
    [['oauth-client', 'set', 'x'], 64, /--client-id/u],
    [['dev-host', 'add', 'a.example.com', '--to', 'localhost:1'], 64, /IP address/u],
  ])('ends %j with %d', async (args, status, message) => {
    const ran = await run(...args);
    expect(ran).toMatchObject({ status, stdout: '' });
    expect(ran.stderr).toMatch(message);
  });

  it('tells a program what is wrong as JSON', async () => {
    const { stderr, status } = await run('validate', '--json');
    expect(status).toBe(66);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'project.no_manifest' } });
  });
});
