import { buildImages, buildServers, chartServers, ImageStore } from '@made-open/images';
import { createHash, type Hash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const contents = [
  'package-lock.json',
  'deploy/images/Dockerfile',
  'deploy/local/node/package-lock.json',
  'deploy/images/servers/*/*',
  '{libs/*,libs/plugins/*/*,services/*,deploy/images,deploy/setup}/{package.json,dist/**}',
];
const keptArchives = 3;

export const storyTag = 'story';

/** An archive of all images of this checkout, and of those they stand on; made anew when what is built is another. */
export async function ensureStoryImages(note: (text: string) => void): Promise<string> {
  const folder = join(cacheFolder(), 'archives');
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, `${hashOfContents()}.tar`);
  if (existsSync(archive)) {
    note('images are as they were');
    utimesSync(archive, new Date(), new Date());
    return archive;
  }
  const unfinished = mkdtempSync(join(folder, 'unfinished-'));
  try {
    const store = new ImageStore(join(cacheFolder(), 'store'));
    const images = await buildImages({ store, tag: storyTag, version: '0.0.0', note });
    await buildServers(store, images.base, chartServers);
    note('writing images into an archive');
    const file = join(unfinished, 'images.tar');
    await store.archive([...images.names, ...Object.values(chartServers)], file);
    renameSync(file, archive);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOldest(folder);
  return archive;
}

function hashOfContents(): string {
  const hash = createHash('sha256').update(process.arch);
  for (const path of globSync(contents, { cwd: repository }).toSorted()) addFile(hash, path);
  return hash.digest('hex').slice(0, 16);
}

function addFile(hash: Hash, path: string): void {
  const full = join(repository, path);
  // What the compiler notes for itself names this checkout's folder.
  if (path.endsWith('.tsbuildinfo') || !statSync(full).isFile()) return;
  hash.update(`${path}\0`).update(readFileSync(full));
}

function removeOldest(folder: string): void {
  const archives = readdirSync(folder).filter((name) => name.endsWith('.tar'));
  const byAge = archives
    .map((name) => ({ path: join(folder, name), usedAt: statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.usedAt - a.usedAt);
  for (const { path } of byAge.slice(keptArchives)) rmSync(path, { force: true });
}

function cacheFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(cache, 'made-open', 'images');
}
