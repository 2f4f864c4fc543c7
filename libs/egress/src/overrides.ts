import { isIP } from 'node:net';

/** Where the operator sends the requests for one `host:port` instead of what DNS says. */
export interface Override {
  /** An IP address; private ones are allowed, for exactly this host and port. */
  readonly address: string;
  readonly port: number;
  /** PEM of the authority that signed the server's certificate; the system's own unless given. */
  readonly ca?: string;
}

/** Overrides by `host:port`. */
export type Overrides = ReadonlyMap<string, Override>;

/** Reads `{"host:port": {"address": "…", "port": 8443, "ca" | "ca_file": "…"}}`; throws with the entry that is wrong. */
export function parseOverrides(text: string, readFile?: (path: string) => string): Overrides {
  const value: unknown = text.trim() === '' ? {} : JSON.parse(text);
  if (!isRecord(value)) throw new TypeError('egress overrides are a JSON object');
  return new Map(
    Object.entries(value).map(([key, entry]) => [key, parseEntry(key, entry, readFile)]),
  );
}

function parseEntry(key: string, entry: unknown, readFile?: (path: string) => string): Override {
  const fault = (what: string): TypeError => new TypeError(`egress override "${key}": ${what}`);
  if (!/^[a-z0-9.-]+:\d+$/u.test(key))
    throw fault('the key is host:port, for example api.example.com:443');
  if (!isRecord(entry)) throw fault('an object with address and port is wanted');
  const { address, port = Number(key.split(':')[1]), ca, ca_file: file } = entry;
  if (typeof address !== 'string' || isIP(address) === 0)
    throw fault('address must be an IP address');
  if (!isPort(port)) throw fault('port must be a number from 1 to 65535');
  const authority = readFile === undefined || typeof file !== 'string' ? ca : readFile(file);
  return { address, port, ...(typeof authority === 'string' ? { ca: authority } : {}) };
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
