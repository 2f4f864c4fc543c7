import { secretValues } from '@made-open/manifest';
import { SandboxError } from '../../errors.ts';
import { textsIn } from './redact.ts';

/** Shorter values would be found in data by chance. */
const minLength = 8;
/** So would these, whatever their field is called: one word, a number or date, an e-mail address, a host alone. */
const common = [
  /^\p{L}{1,20}$/u,
  /^[\d\s+\-./:()]{1,20}$/u,
  /^[^\s@]+@[^\s@]+\.\p{L}+$/u,
  /^(https?:\/\/)?([a-z0-9-]+\.)+[a-z]{2,24}(:\d+)?\/?$/iu,
];

/**
 * Refuses records that hold a secret of the config: as data it would be seen by everybody who reads or listens. It stops
 * accidents, such as a response that echoes the request; a plugin that means to hide a secret can spell it otherwise.
 */
export function secretGuard(
  configSchema: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>>,
): (records: Uint8Array) => void {
  const secrets = secretValues(configSchema, config).map(({ field, value }) => ({
    field,
    forms: textsIn(value, minLength).filter(isTelling).flatMap(formsOf),
  }));
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

/** No word, number, address or host, which data may have by chance. */
export function isTelling(text: string): boolean {
  return !common.some((pattern) => pattern.test(text));
}

/** Few, since every frame is searched for each. */
function formsOf(text: string): Buffer[] {
  const forms = [text, JSON.stringify(text).slice(1, -1), Buffer.from(text).toString('base64')];
  return [...new Set(forms)].map((form) => Buffer.from(form));
}
