import { runCommand, type ImageStore } from '@made-open/images';
import { natsServerBinary, postgresHome } from '@made-open/local-parts';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StandInError } from './errors.ts';

const sources = fileURLToPath(new URL('../stand-ins', import.meta.url));

/** Names of images that the chart takes from a registry elsewhere, by what they are. */
export const standIns = {
  nats: 'localhost/made-open/stand-in-nats:1',
  postgres: 'localhost/made-open/stand-in-postgres:1',
} as const;

/** Makes them of the servers that tests without a cluster use, on the base of the services. */
export async function buildStandIns(store: ImageStore, base: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-stand-ins-'));
  try {
    const nats = join(folder, 'nats');
    cpSync(join(sources, 'nats'), nats, { recursive: true });
    copyFileSync(await natsServerBinary(), join(nats, 'nats-server'));
    const postgres = join(folder, 'postgres');
    cpSync(join(sources, 'postgres'), postgres, { recursive: true });
    cpSync(postgresHome(), join(postgres, 'postgres'), { recursive: true, verbatimSymlinks: true });
    copyFileSync(await bringShell(folder), join(postgres, 'busybox'));
    await build(store, base, nats, standIns.nats);
    await build(store, base, postgres, standIns.postgres);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(
  store: ImageStore,
  base: string,
  context: string,
  name: string,
): Promise<void> {
  await store.build({
    name,
    dockerfile: join(context, 'Dockerfile'),
    context,
    arguments: { BASE: base },
  });
}

/** The base has no shell; this one needs no library. */
async function bringShell(folder: string): Promise<string> {
  const downloads = join(folder, 'shell');
  mkdirSync(downloads);
  await runCommand('apt-get', ['download', 'busybox-static'], { cwd: downloads });
  const [file] = readdirSync(downloads).filter((name) => name.endsWith('.deb'));
  if (file === undefined) throw new StandInError('apt brought no package busybox-static');
  await runCommand('dpkg-deb', ['--extract', join(downloads, file), downloads]);
  return join(downloads, 'bin', 'busybox');
}
