import { isIP } from 'node:net';
import { OverridesError } from './errors.ts';

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

const fields = ['address', 'port', 'ca', 'ca_file'];
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
const hostAndPort = new RegExp(`^${label}(\\.${label})+:\\d+$`, 'u');

/** Reads `{"host:port": {"address": "…", "port": 8443, "ca" | "ca_file": "…"}}`; throws OverridesError with the entry that is wrong. */
export function parseOverrides(text: string, readFile?: (path: string) => string): Overrides {
  const value = text.trim() === '' ? {} : parseJson(text);
  if (!isRecord(value)) throw new OverridesError('egress overrides are a JSON object by host:port');
  return new Map(
    Object.entries(value).map(([key, entry]) => [key, parseEntry(key, entry, readFile)]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OverridesError(
      `egress overrides are not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
      { cause: error },
    );
  }
}

function parseEntry(key: string, entry: unknown, readFile?: (path: string) => string): Override {
  const fault = (what: string, cause?: unknown): OverridesError =>
    new OverridesError(`egress override "${key.slice(0, 300)}": ${what}`, { cause });
  const ownPort = Number(key.split(':')[1]);
  if (!hostAndPort.test(key) || !isPort(ownPort))
    throw fault('the key is host:port in lower case, for example api.example.com:443');
  if (!isRecord(entry)) throw fault('an object with address and port is wanted');
  const unknown = Object.keys(entry).find((name) => !fields.includes(name));
  if (unknown !== undefined)
    throw fault(`unknown field "${unknown.slice(0, 50)}"; the fields are ${fields.join(', ')}`);
  const { address, port = ownPort } = entry;
  if (typeof address !== 'string' || isIP(address) === 0)
    throw fault('address must be an IP address');
  if (!isPort(port)) throw fault('port must be a number from 1 to 65535');
  const ca = authority(entry, readFile, fault);
  return { address, port, ...(ca === undefined ? {} : { ca }) };
}

function authority(
  { ca, ca_file: file }: Record<string, unknown>,
  readFile: ((path: string) => string) | undefined,
  fault: (what: string, cause?: unknown) => OverridesError,
): string | undefined {
  if (file === undefined) {
    if (ca === undefined) return undefined;
    if (typeof ca === 'string' && ca.includes('-----BEGIN CERTIFICATE-----')) return ca;
    throw fault('ca must be a certificate in PEM');
  }
  if (ca !== undefined) throw fault('give either ca or ca_file');
  // Without it the system's authorities would count, which is not what the operator wrote.
  if (typeof file !== 'string' || readFile === undefined)
    throw fault('ca_file must be a path, and can only be given in a file');
  try {
    return readFile(file);
  } catch (error) {
    throw fault(`ca_file cannot be read: ${error instanceof Error ? error.message : ''}`, error);
  }
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
