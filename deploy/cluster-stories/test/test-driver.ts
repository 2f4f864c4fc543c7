import { runCommand } from '@made-open/images';
import type { TestCluster } from '@made-open/test-cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const managerFolder = fileURLToPath(new URL('../../../services/plugin-manager', import.meta.url));

/** Runs plugin-manager's own tests of its driver against the API server of this cluster; throws with what failed. */
export async function testDriver(cluster: Pick<TestCluster, 'kubectl'>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'made-open-driver-'));
  try {
    const ask = (...args: string[]): Promise<string> => cluster.kubectl(args);
    await ask('--namespace=kube-system', 'create', 'serviceaccount', 'story');
    const binding = ['create', 'clusterrolebinding', 'story', '--clusterrole=cluster-admin'];
    await ask(...binding, '--serviceaccount=kube-system:story');
    const view = ['config', 'view', '--raw'];
    const entry = '{.clusters[0].cluster';
    const authority = await ask(...view, `--output=jsonpath=${entry}.certificate-authority-data}`);
    const file = join(folder, 'ca.pem');
    writeFileSync(file, Buffer.from(authority, 'base64'));
    const jest = join(managerFolder, '../../node_modules/jest/bin/jest.js');
    const options = ['--config', 'jest.cluster.config.js'];
    await runCommand(process.execPath, ['--experimental-vm-modules', jest, ...options], {
      cwd: managerFolder,
      env: {
        ...process.env,
        CLUSTER_AUTHORITY_FILE: file,
        CLUSTER_URL: await ask(...view, `--output=jsonpath=${entry}.server}`),
        CLUSTER_ADMIN_TOKEN: (
          await ask('--namespace=kube-system', 'create', 'token', 'story')
        ).trim(),
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
