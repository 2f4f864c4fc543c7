import type { Fault, Setting } from './builder-input.ts';

const secretLooking =
  /passw|passphrase|secret|token|api_?key|access_?key|private_?key|credential|^key$|_key$|^pin$/u;

/** Whether a key sounds like something that belongs into the wallet. */
export function isSecretLooking(key: string): boolean {
  return secretLooking.test(key);
}

/** JSON Schema of the rows. */
export function configSchemaOf(settings: readonly Setting[]): Readonly<Record<string, unknown>> {
  const required = settings.filter((row) => row.required === true).map(({ key }) => key);
  return {
    type: 'object',
    properties: Object.fromEntries(
      settings.map(({ key, required: _required, ...schema }) => [key, schema]),
    ),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** What rows say that cannot be, beyond their form. */
export function settingFaults(settings: readonly Setting[]): Fault[] {
  const seen = new Set<string>();
  return settings.flatMap((row, index) => {
    const pointer = `/settings/${String(index)}`;
    const isTwice = seen.has(row.key);
    seen.add(row.key);
    return [
      ...(isTwice ? [{ pointer: `${pointer}/key`, message: `${row.key} is there twice` }] : []),
      ...(isSecretLooking(row.key) ? [secretFault(pointer, row.key)] : []),
      ...valueFaults(row, pointer),
    ];
  });
}

function secretFault(pointer: string, key: string): Fault {
  return {
    pointer: `${pointer}/key`,
    message: `${key} sounds like a secret, and settings are shown to everybody: make it a credential (connection.credentials)`,
  };
}

function valueFaults(row: Setting, pointer: string): Fault[] {
  const faults: Fault[] = [];
  const { default: preset, enum: choices, pattern, type } = row;
  if (preset !== undefined && !fits(preset, type))
    faults.push({ pointer: `${pointer}/default`, message: `the default is no ${type}` });
  if (preset !== undefined && choices !== undefined && !choices.some((each) => each === preset))
    faults.push({ pointer: `${pointer}/default`, message: 'the default is none of the choices' });
  if (choices?.some((each) => !fits(each, type)) === true)
    faults.push({ pointer: `${pointer}/enum`, message: `one of the choices is no ${type}` });
  if (pattern !== undefined && !isPattern(pattern))
    faults.push({ pointer: `${pointer}/pattern`, message: 'is no regular expression' });
  return faults;
}

function fits(value: unknown, type: Setting['type']): boolean {
  return type === 'integer' ? Number.isSafeInteger(value) : typeof value === type;
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
