import { natsServerBinary, postgresHome } from '@made-open/local-parts';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ServerImageError } from '../errors.ts';
import { runCommand } from '../run-command.ts';
import type { ImageStore } from '../store/image-store.ts';

const sources = fileURLToPath(new URL('../../servers', import.meta.url));

/** Images that the chart takes from a registry, by what they are. */
export interface ServerImages {
  readonly nats: string;
  readonly postgres: string;
}

/** As the chart asks for them when nobody says otherwise. */
export const chartServers: ServerImages = {
  nats: 'docker.io/library/nats:2.15.2',
  postgres: 'docker.io/library/postgres:18',
};

/** Makes them of the servers that `npm start` uses, on the base of the services: for a cluster that reaches no registry. */
export async function buildServers(
  store: ImageStore,
  base: string,
  names: ServerImages,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-servers-'));
  try {
    const nats = join(folder, 'nats');
    cpSync(join(sources, 'nats'), nats, { recursive: true });
    copyFileSync(await natsServerBinary(), join(nats, 'nats-server'));
    const postgres = join(folder, 'postgres');
    cpSync(join(sources, 'postgres'), postgres, { recursive: true });
    cpSync(postgresHome(), join(postgres, 'postgres'), { recursive: true, verbatimSymlinks: true });
    copyFileSync(await bringShell(folder), join(postgres, 'busybox'));
    await build(store, base, nats, names.nats);
    await build(store, base, postgres, names.postgres);
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
  if (file === undefined) throw new ServerImageError('apt brought no package busybox-static');
  await runCommand('dpkg-deb', ['--extract', join(downloads, file), downloads]);
  return join(downloads, 'bin', 'busybox');
}
