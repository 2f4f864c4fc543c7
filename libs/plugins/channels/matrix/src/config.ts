import { field, text } from './json.ts';

export interface Config {
  /** Without a slash at its end. */
  readonly homeserver: string;
  readonly accessToken: string;
  readonly joinsInvites: boolean;
  /** How long a run listens; 0 looks once. */
  readonly pollMs: number;
}

const usualHomeserver = 'https://matrix-client.matrix.org';
const usualMinutes = 4;

/** Reads the config; `configSchema` has checked it. */
export function readConfig(config: Readonly<Record<string, unknown>>): Config {
  const minutes = field(config, 'pollMinutes');
  return {
    homeserver: text(config, 'homeserver') ?? usualHomeserver,
    accessToken: text(config, 'accessToken') ?? '',
    joinsInvites: field(config, 'joinInvites') === true,
    pollMs: (typeof minutes === 'number' ? minutes : usualMinutes) * 60_000,
  };
}
