import { validateConfig } from '@made-open/manifest';
import { Cron } from 'croner';
import { RequestError } from '../errors.ts';
import { manifestOf, type Version } from '../plugins/plugin.ts';
import { requiredFields } from '../connections/states/connection-state.ts';

type Config = Readonly<Record<string, unknown>>;

const maxBytes = 256 * 1024;

/** Checks a config against the version's configSchema. Wrong values are refused; missing ones keep the connection waiting for them. */
export function checkConfig(
  version: Version,
  config: Config,
  tokenField?: string,
  coming?: Version,
): { readonly fields: string[]; readonly gaps: string[]; readonly hasToken: boolean } {
  if (Buffer.byteLength(JSON.stringify(config)) > maxBytes)
    throw new RequestError(
      'config.too_large',
      413,
      `a config has at most ${String(maxBytes)} bytes`,
    );
  const { configSchema } = manifestOf(version);
  const { missing, errors } = validateConfig({ configSchema }, config);
  if (errors.length > 0)
    throw new RequestError(
      'config.invalid',
      422,
      `the config does not fit configSchema of ${version.pluginId} ${version.version}: ${errors[0] ?? ''}`,
      { errors },
    );
  const required = requiredFields(version);
  const token = tokenField === undefined ? [] : [tokenField];
  // Those of a version that comes may be given before it is activated.
  const next = coming === undefined ? [] : declaredFields(manifestOf(coming).configSchema);
  // Only names that the plugin or its operator declares: others may be anything, a pasted secret for one.
  const known = new Set([...declaredFields(configSchema), ...required, ...token, ...next]);
  return {
    fields: [...known].filter((field) => Object.hasOwn(config, field)),
    gaps: missing.filter((field) => !required.includes(field)),
    hasToken: token.some((field) => Object.hasOwn(config, field)),
  };
}

/** Checks a schedule as the scheduler will read it. */
export function checkSchedule(schedule: string, timeZone: string): void {
  const errors: string[] = [];
  if (!isTimeZone(timeZone)) errors.push('time_zone is not an IANA name like Europe/Berlin');
  else if (!isCron(schedule, timeZone))
    errors.push('schedule is not a cron expression like "0 6 * * 1-5"; leave it empty for hourly');
  if (errors.length > 0)
    throw new RequestError('connection.schedule', 422, errors.join('; '), { errors });
}

function declaredFields(configSchema: Config): string[] {
  const { properties } = configSchema;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function isCron(schedule: string, timeZone: string): boolean {
  if (schedule === '') return true;
  // croner also takes a date and then runs once; a schedule is meant to repeat.
  if (/^\d{4}-/u.test(schedule)) return false;
  try {
    void new Cron(schedule, { paused: true, ...(timeZone === '' ? {} : { timezone: timeZone }) });
    return true;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  if (name === '') return true;
  try {
    void new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
