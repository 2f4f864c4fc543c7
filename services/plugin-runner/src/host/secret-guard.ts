import { isSecretField } from '@made-open/manifest';
import { SandboxError } from '../errors.ts';
import { textsIn } from './redact.ts';

/** Shorter values would be found in data by chance. */
const minLength = 8;

/** Refuses records that hold the value of a secret field: as data it would be seen by everybody who reads or listens. */
export function secretGuard(
  configSchema: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): (records: Uint8Array) => void {
  const secrets = Object.entries(config)
    .filter(([field]) => isSecretField(configSchema, field))
    .map(([field, value]) => ({ field, forms: textsIn(value, minLength).flatMap(formsOf) }));
  return (records) => {
    const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength);
    const found = secrets.find(({ forms }) => forms.some((form) => bytes.includes(form)));
    if (found !== undefined)
      throw new SandboxError({
        code: 'sandbox.secret_in_data',
        message: `an item, event or checkpoint holds the value of the secret config field "${found.field}"; leave it out of what sync yields, emits and saves`,
      });
  };
}

/** Few, since every frame is searched for each. */
function formsOf(text: string): Buffer[] {
  const forms = [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('base64')];
  return [...new Set(forms)].map((form) => Buffer.from(form));
}
