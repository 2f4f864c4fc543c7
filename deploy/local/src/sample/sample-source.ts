import { makeServerIdentity, sampleHost } from '@made-open/sample';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogFile } from '../processes/log-file.ts';
import { ServiceProcess } from '../processes/service-process.ts';
import { ensureOverride } from './egress-override.ts';

export interface SampleSourceOptions {
  readonly dataDir: string;
  readonly overridesFile: string;
  readonly port: number;
  readonly note: (text: string) => void;
}

const name = 'sample-source';
const entry = fileURLToPath(new URL('../../../sample/dist/main.js', import.meta.url));

/**
 * The sample provider as a process of its own, with a certificate for the host that the sample connector asks for, and
 * the egress override that leads there. Nothing when the operator leads that host elsewhere.
 */
export async function prepareSampleSource({
  dataDir,
  overridesFile,
  port,
  note,
}: SampleSourceOptions): Promise<ServiceProcess | undefined> {
  const identity = await makeServerIdentity([sampleHost]);
  const authority = join(dataDir, 'sample-ca.pem');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(authority, identity.ca);
  const target = { address: '127.0.0.1', port, ca_file: authority };
  if (!ensureOverride(overridesFile, `${sampleHost}:443`, target)) {
    note(`${overridesFile} leads ${sampleHost} elsewhere, so the sample source is left out`);
    return undefined;
  }
  return new ServiceProcess({
    name,
    entry,
    environment: () => ({ PORT: String(port) }),
    secrets: { IDENTITY_FILE: JSON.stringify(identity) },
    log: new LogFile(join(dataDir, 'logs', `${name}.log`), { note }),
    note,
  });
}
