import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../repository.ts';
import type { Architecture } from './architecture.ts';
import { unpackDebian } from './debian-files.ts';
import { bringNode, nodeVersion } from './node-binary.ts';

/** What of the unpacked packages no service needs: character sets of other encodings, terminals. */
const unused = [
  'usr/share/man',
  'usr/share/lintian',
  'usr/lib/x86_64-linux-gnu/gconv',
  'usr/lib/aarch64-linux-gnu/gconv',
  'usr/share/gdb',
  'usr/share/info',
  'var',
  'home',
  'root',
  'boot',
  'lib/systemd',
];

const users = {
  'etc/passwd':
    'root:x:0:0:root:/nonexistent:/nonexistent\nmade-open:x:10001:10001::/nonexistent:/nonexistent\n',
  'etc/group': 'root:x:0:\nmade-open:x:10001:\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
};

/** Root of a system that can run Node and nothing else: no shell, no package manager. Kept, one for each version. */
export async function ensureBaseFiles(architecture: Architecture): Promise<string> {
  const version = createHash('sha256')
    .update(JSON.stringify([unused, users]))
    .digest('hex');
  const name = `base-${nodeVersion()}-${version.slice(0, 12)}-${architecture.node}`;
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  mkdirSync(cacheFolder, { recursive: true });
  const unfinished = `${folder}-${String(process.pid)}`;
  await unpackDebian(unfinished, architecture);
  for (const path of unused) rmSync(join(unfinished, path), { recursive: true, force: true });
  for (const [path, text] of Object.entries(users)) writeFileSync(join(unfinished, path), text);
  mkdirSync(join(unfinished, 'tmp'), { recursive: true, mode: 0o1777 });
  await bringNode(unfinished, architecture);
  renameSync(unfinished, folder);
  return folder;
}
