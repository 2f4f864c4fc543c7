import { graphHost, makeServerIdentity, sampleHost } from '@made-open/sample';
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
 * The sample providers as a process of their own, with a certificate for their hosts, and the egress overrides that lead
 * there: Microsoft Graph for the sample connection, contacts for whoever follows the author's guide. Nothing when the
 * operator leads the former elsewhere.
 */
export async function prepareSampleSource({
  dataDir,
  overridesFile,
  port,
  note,
}: SampleSourceOptions): Promise<ServiceProcess | undefined> {
  const identity = await makeServerIdentity([graphHost, sampleHost]);
  const authority = join(dataDir, 'sample-ca.pem');
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(authority, identity.ca);
  const target = { address: '127.0.0.1', port, ca_file: authority };
  for (const host of [sampleHost, graphHost]) {
    if (ensureOverride(overridesFile, `${host}:443`, target)) continue;
    note(`${overridesFile} leads ${host} elsewhere, so the sample source does not answer for it`);
    if (host === graphHost) return undefined;
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
