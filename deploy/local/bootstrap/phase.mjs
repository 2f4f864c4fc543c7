// Runs the steps of the bootstrap, one line when a step begins and one when it ends.
import { spawn } from 'node:child_process';

/** What the person at the terminal has to know or do; shown without a stack. */
export class BootstrapError extends Error {}

const stillEveryMs = 20_000;
const keptOutput = 64 * 1024;

/** Runs a command quietly; its output is shown only when it fails, as `explain` puts it. */
export async function phase(title, file, args, { cwd, env, explain }) {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  say(`${title} …`);
  const still = setInterval(() => say(`${title}: still at it after ${seconds()}`), stillEveryMs);
  let output = '';
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (output = (output + chunk).slice(-keptOutput)));
  const { code, signal } = await ended(child);
  clearInterval(still);
  if (signal !== null) throw new BootstrapError(`${title}: interrupted`);
  if (code !== 0) throw new BootstrapError(explain(output));
  say(`${title}: done in ${seconds()}`);
}

/**
 * Hands the terminal to a command and gives its exit code. With `endsWithUs` its standard input stays open as long as
 * this process lives, so that it can end itself when this one is killed.
 */
export async function handOver(file, args, { cwd, env, endsWithUs }) {
  const child = spawn(file, args, {
    cwd,
    env: endsWithUs ? { ...env, EXIT_ON_STDIN_END: '1' } : env,
    stdio: [endsWithUs ? 'pipe' : 'inherit', 'inherit', 'inherit'],
  });
  child.stdin?.on('error', () => undefined); // it has ended
  const { code } = await ended(child);
  return code ?? 1;
}

/** Waits for a child, and passes on what would have ended this process alone. */
async function ended(child) {
  const pass = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) =>
        reject(new BootstrapError(`${child.spawnfile} could not be run: ${error.message}`)),
      );
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

/** Standard output is for what the command itself prints. */
function say(text) {
  process.stderr.write(`${text}\n`);
}
