// What this machine must have before anything is fetched, and what npm's errors mean.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { BootstrapError } from './phase.mjs';

const oldestNode = 18;
const oldestNpm = 8;
const neededMb = 1000;

/** Throws when this machine cannot run the bootstrap itself. */
export function checkMachine() {
  if (Number(process.versions.node.split('.')[0]) < oldestNode)
    throw new BootstrapError(
      `Node ${oldestNode} or newer is needed to begin with, and this one is ${process.version}. Install a newer Node and start again.`,
    );
  const { status, stdout } = spawnSync('npm', ['--version'], { encoding: 'utf8' });
  if (status !== 0)
    throw new BootstrapError(
      'npm is not on the PATH. Install it, it comes with Node, and start again.',
    );
  if (Number.parseInt(stdout, 10) < oldestNpm)
    throw new BootstrapError(
      `npm ${oldestNpm} or newer is needed, and this one is ${stdout.trim()}. "npm install --global npm" brings a newer one.`,
    );
}

const causes = [
  [
    /ENOSPC|no space left/iu,
    () => `The disk is full. About ${neededMb} MB are needed; make room and start again.`,
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/iu,
    () =>
      'The package registry cannot be reached. Check the network, and npm\'s settings "registry" and "https-proxy".',
  ],
  [
    /EINTEGRITY/u,
    () =>
      'A package is not the one that the lock names. "npm cache clean --force" helps when the cache is broken; otherwise do not go on.',
  ],
  [/E404|ETARGET/u, () => 'The registry that npm is set to lacks a package of the lock.'],
  [/EACCES|EPERM|EROFS/u, (root) => `npm may not write in ${root} or in its cache.`],
];

/** Says what failed, what to do about it, and npm's own last lines. */
export function explainNpm(what, output, root) {
  const cause = causes.find(([pattern]) => pattern.test(output));
  const advice = cause === undefined ? '' : ` ${cause[1](root)}`;
  return `${what}.${advice}\nnpm said:\n${output.trim().split('\n').slice(-12).join('\n')}`;
}

/** Throws when the packages would fill the disk. */
export function checkSpace(root) {
  if (fs.statfsSync === undefined) return; // came with Node 18.15
  const { bavail, bsize } = fs.statfsSync(root);
  const freeMb = Math.floor((bavail * bsize) / 1024 ** 2);
  if (freeMb < neededMb)
    throw new BootstrapError(
      `${freeMb} MB are free where ${root} lies, and about ${neededMb} MB are needed. Make room and start again.`,
    );
}
