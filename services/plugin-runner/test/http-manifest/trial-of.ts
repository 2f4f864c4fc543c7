import type { TrialCall, TrialEnd, TrialRecord } from '../../src/trial/trial-request.ts';
import { runTrial } from '../../src/trial/run-trial.ts';
import type { Assigned } from '../services/fake-manager.ts';
import { fax, fileId, pdf } from './documents.ts';
import type { Provider } from './provider.ts';

export interface Tried {
  readonly end: TrialEnd;
  /** All that was told, as text. */
  readonly told: string;
}

const file = { fileId, name: 'a.pdf', mimeType: 'application/pdf', base64: pdf.toString('base64') };

/** One call of a provider in a sandbox of its own. */
export async function trialOf(
  { manifest, bundle }: Assigned,
  config: Readonly<Record<string, unknown>>,
  providers: readonly Provider[],
  call: TrialCall = { kind: 'fax', fax },
): Promise<Tried> {
  const records: TrialRecord[] = [];
  const overrides = Object.assign({}, ...providers.map(({ override }) => override)) as object;
  const manifestText = JSON.stringify(manifest);
  const overridesText = JSON.stringify(overrides);
  const request = { manifestText, bundle, config, overridesText, call, files: [file] };
  await runTrial({ ...request, withBodies: true }, (record) => records.push(record));
  const end = records.at(-1);
  if (end?.kind !== 'end') throw new Error('the trial has no end');
  return { end, told: JSON.stringify(records) };
}
