// Finds or fetches the Node that this project runs on.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { explainNpm } from './machine.mjs';
import { BootstrapError, phase } from './phase.mjs';

const wantedMajor = 24;
const pinned = join(dirname(fileURLToPath(import.meta.url)), '..', 'node');

/** This process's own Node when it is the right one, else the one that npm brings for this machine. */
export async function findNode(root) {
  if (Number(process.versions.node.split('.')[0]) === wantedMajor) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const version = pinnedVersion(name);
  const folder = join(root, '.cache', `node-${version}`);
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(binary)) return binary;
  writePackage(folder, name);
  await phase(
    `fetching Node ${version}; this one is ${process.version}`,
    'npm',
    ['ci', '--no-progress'],
    {
      cwd: folder,
      env: process.env,
      explain: (output) =>
        explainNpm(
          `Node ${version} could not be fetched (a Node ${wantedMajor} that you install yourself does as well)`,
          output,
          root,
        ),
    },
  );
  return binary;
}

/** The lock's package for this machine alone: npm passes over an optional one that it cannot fetch, and says nothing. */
function writePackage(folder, name) {
  const lock = JSON.parse(readFileSync(join(pinned, 'package-lock.json'), 'utf8'));
  const { optional: _optional, ...entry } = lock.packages[`node_modules/${name}`];
  const own = { name: lock.name, version: lock.version, dependencies: { [name]: entry.version } };
  mkdirSync(folder, { recursive: true });
  cpSync(join(pinned, '.npmrc'), join(folder, '.npmrc'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...own, private: true }));
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: { '': own, [`node_modules/${name}`]: entry } }),
  );
}

function pinnedVersion(name) {
  const { optionalDependencies } = JSON.parse(readFileSync(join(pinned, 'package.json'), 'utf8'));
  const version = optionalDependencies[name];
  if (version === undefined) throw missing();
  return version;
}

function missing() {
  return new BootstrapError(
    `Node ${wantedMajor} is needed and this one is ${process.version}; it cannot be fetched for ` +
      `${process.platform} on ${process.arch}. Install Node ${wantedMajor} and start again.`,
  );
}
