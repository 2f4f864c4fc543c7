import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClusterStartError } from '../errors.ts';
import { ingressController, serveIngresses } from '../ingress/serve-ingresses.ts';
import { enforcePolicies } from '../policies/enforce-policies.ts';
import {
  containerRuntime,
  controlPlane,
  nodeComponents,
  type ComponentCommand,
} from './component-commands.ts';
import { configurationFiles } from './configuration-files.ts';
import { containerdSocket, type NodeSettings } from './node-settings.ts';
import { prepareNamespaces } from './prepare-namespaces.ts';

const readLine = 'linked\n';

/**
 * Runs inside the namespaces: starts every component, and ends with the first that ends, or with the starter. All
 * others end then, too, since the first process of their namespace is gone.
 */
export async function runNode(settings: NodeSettings): Promise<number> {
  const starter = readStarter();
  await starter.linked;
  await prepareNamespaces(settings);
  for (const [name, text] of Object.entries(configurationFiles(settings))) {
    const path = join(settings.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const ended = [...controlPlane(settings), containerRuntime(settings)].map((component) =>
    run(settings.folder, component),
  );
  await appeared(containerdSocket);
  const others = [...nodeComponents(settings), ingressController(settings)];
  ended.push(...others.map((component) => run(settings.folder, component)));
  void enforcePolicies(settings.folder, note);
  void serveIngresses(settings, note);
  const reason = await Promise.race([
    ...ended,
    ...(settings.endWithStarter ? [starter.gone.then(() => 'its starter is gone')] : []),
  ]);
  note(`the cluster ends: ${reason}`);
  // The policies' timer must not hold up the end.
  return process.exit(1);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The starter writes one line when the network device is here; its end closes the pipe. */
function readStarter(): { linked: Promise<void>; gone: Promise<void> } {
  const input = process.stdin.setEncoding('utf8');
  const gone = new Promise<void>((resolve) => input.once('end', resolve));
  const linked = new Promise<void>((resolve, reject) => {
    input.once('data', (text: string) =>
      text === readLine ? resolve() : reject(new ClusterStartError(`unknown word ${text}`)),
    );
    void gone.then(() => reject(new ClusterStartError('the starter is gone')));
  });
  return { linked, gone };
}

function run(folder: string, { name, program, args }: ComponentCommand): Promise<string> {
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const log = openSync(join(logs, `${name}.log`), 'a');
  const child = spawn(program, [...args], { stdio: ['ignore', log, log] });
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${name}: ${error.message}`));
    child.once('exit', (code, signal) =>
      resolve(`${name} ended with ${String(code ?? signal)}, see its log`),
    );
  });
}

async function appeared(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(50);
}
