// Removes the data of the local platform: secrets, PostgreSQL, JetStream, logs. Asks unless --yes is given.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const dataDir = resolve(process.env.MADE_OPEN_DATA ?? join(root, '.made-open'));
// As root PostgreSQL's data lies where its unprivileged user can enter; see enterable-folder.ts.
const postgres = join(
  '/var/lib/made-open',
  createHash('sha256').update(dataDir).digest('hex').slice(0, 16),
);

const pid = runningSupervisor();
if (pid !== undefined) {
  process.stderr.write(`Made Open runs on ${dataDir}, as process ${pid}. Stop it first.\n`);
  process.exit(1);
}
if (!process.argv.includes('--yes')) {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(`Remove everything in ${dataDir}? [y/N] `);
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) {
    process.stdout.write('nothing was removed\n');
    process.exit(1);
  }
}
for (const folder of [dataDir, postgres]) rmSync(folder, { recursive: true, force: true });
process.stdout.write('removed; npm start begins anew and shows a new admin key\n');

/** The process that holds the folder, as folder-lock.ts writes it down; a number alone may be a stranger's by now. */
function runningSupervisor() {
  const file = join(dataDir, 'supervisor.pid');
  if (!existsSync(file)) return undefined;
  const [number, started] = readFileSync(file, 'utf8').trim().split(' ');
  if (process.platform !== 'linux') return isAlive(Number(number)) ? number : undefined;
  const stat = join('/proc', number, 'stat');
  if (!existsSync(stat)) return undefined;
  const fields = readFileSync(stat, 'utf8').split(') ').at(-1).split(' ');
  return fields[19] === started ? number : undefined;
}

function isAlive(number) {
  try {
    return process.kill(number, 0);
  } catch {
    return false;
  }
}
