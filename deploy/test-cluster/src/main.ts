import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isRunning, readRecord } from './cluster/cluster-record.ts';
import { endCluster } from './cluster/end-cluster.ts';
import { TestCluster } from './cluster/test-cluster.ts';
import { writePrograms } from './cluster/write-programs.ts';
import { debianPackages, installCommand } from './requirements/debian-packages.ts';
import { missingParts } from './requirements/missing-parts.ts';

const usage = `usage: npm run cluster -- COMMAND [--folder FOLDER]

  up        starts a Kubernetes of one node and prints how to reach it, with kubectl and helm; starts none when it runs
  down      ends it and removes all of it
  load FILE makes the images of an OCI archive known to its node
  packages  prints the command that installs the packages it needs`;

const { values, positionals } = parseArgs({
  options: { folder: { type: 'string' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = resolve(values.folder ?? join(tmpdir(), 'made-open-test-cluster'));
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function up(): Promise<void> {
  const record = readRecord(folder);
  if (record === undefined || !isRunning(record)) await start();
  const programs = await writePrograms(folder);
  print(`export KUBECONFIG=${join(folder, 'admin.kubeconfig')} PATH=${programs}:$PATH`);
}

async function start(): Promise<void> {
  const missing = await missingParts();
  if (missing.length > 0) {
    print(['No test cluster can run here:', ...missing].join('\n- '));
    process.exitCode = 1;
    return;
  }
  await endCluster(folder); // what one that crashed left
  const startedAtMs = Date.now();
  await TestCluster.start({ folder, stays: true, note: print });
  print(`ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
}

async function run(command: string | undefined, file: string | undefined): Promise<void> {
  if (command === 'up') await up();
  else if (command === 'down') await endCluster(folder);
  else if (command === 'load' && file !== undefined)
    // npm runs this elsewhere than where it was called.
    await TestCluster.open(folder).loadImages(resolve(process.env['INIT_CWD'] ?? '.', file));
  else if (command === 'packages') print(installCommand(debianPackages));
  else {
    print(usage);
    process.exitCode = 2;
  }
}

if (values.help === true) print(usage);
else await run(positionals[0], positionals[1]);
