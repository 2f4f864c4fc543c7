// Removes the data of the local platform: secrets, PostgreSQL, JetStream, logs. Asks unless --yes is given.
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const dataDir = resolve(process.env.MADE_OPEN_DATA ?? join(root, '.made-open'));
// As root PostgreSQL's data lies where its unprivileged user can enter; see local-platform.ts.
const postgres = join(
  '/var/lib/made-open',
  createHash('sha256').update(dataDir).digest('hex').slice(0, 16),
);

if (!process.argv.includes('--yes')) {
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await prompt.question(
    `Remove everything in ${dataDir}? Stop the platform first. [y/N] `,
  );
  prompt.close();
  if (answer.trim().toLowerCase() !== 'y') process.exit(1);
}
for (const folder of [dataDir, postgres]) rmSync(folder, { recursive: true, force: true });
process.stdout.write('removed; npm start begins anew and shows a new admin key\n');
