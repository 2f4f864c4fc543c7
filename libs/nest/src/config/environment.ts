import { accessSync, constants, readFileSync } from 'node:fs';
import { ConfigError } from '../errors.ts';
import { Secret } from './secret.ts';

/** Reads a service's environment and gathers every fault, so that one start shows them all. */
export class Environment {
  readonly #values: NodeJS.ProcessEnv;
  readonly #faults: string[] = [];

  constructor(values: NodeJS.ProcessEnv) {
    this.#values = values;
  }

  text(name: string, fallback?: string): string {
    const value = this.optional(name) ?? fallback;
    if (value === undefined) this.#faults.push(`${name} is missing`);
    return value ?? '';
  }

  optional(name: string): string | undefined {
    const value = this.#values[name];
    return value === undefined || value === '' ? undefined : value;
  }

  integer(name: string, fallback: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
    const text = this.optional(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    this.#faults.push(
      `${name} must be a whole number from ${String(min)} to ${String(max)}, not "${text}"`,
    );
    return fallback;
  }

  flag(name: string): boolean {
    return this.optional(name) === '1' || this.optional(name) === 'true';
  }

  /** Content of the file that a variable names: a mounted secret, or an inherited descriptor `/dev/fd/N`. */
  secretFile(name: string): Secret {
    const path = this.text(name);
    if (path === '') return new Secret('');
    try {
      return new Secret(readFileSync(descriptorOf(path) ?? path, 'utf8').trim());
    } catch (error) {
      this.#faults.push(
        `${name} names ${path}, which cannot be read: ${error instanceof Error ? error.message : ''}`,
      );
      return new Secret('');
    }
  }

  /** `http://host:port`, where a variable names one. */
  origin(name: string): string | undefined {
    const text = this.optional(name);
    const url = URL.parse(text ?? '');
    if (text === undefined || (url !== null && /^https?:\/\/[^/@]+\/$/u.test(url.href)))
      return text;
    // Not what it is: a password may stand in it.
    this.#faults.push(`${name} must be http://host:port without a user and a path`);
    return undefined;
  }

  /** Path of a file that is read later, and again: a certificate that is renewed while the service runs. */
  readableFile(name: string): string | undefined {
    const path = this.optional(name);
    if (path === undefined) return undefined;
    try {
      accessSync(path, constants.R_OK);
    } catch {
      this.#faults.push(`${name} names ${path}, which cannot be read`);
    }
    return path;
  }

  fault(text: string): void {
    this.#faults.push(text);
  }

  /** Throws when anything was wrong; called last. */
  check(): void {
    if (this.#faults.length > 0) throw new ConfigError(this.#faults);
  }
}

/** Reads one part of an environment and throws all its faults at once; for parts that are read alone. */
export function readEnvironment<T>(
  values: NodeJS.ProcessEnv,
  read: (environment: Environment) => T,
): T {
  const environment = new Environment(values);
  const result = read(environment);
  environment.check();
  return result;
}

/** An inherited descriptor is read itself: Node hands pipes on as sockets, which cannot be opened by a path. */
function descriptorOf(path: string): number | undefined {
  const match = /^\/dev\/fd\/(\d+)$/u.exec(path);
  return match === null ? undefined : Number(match[1]);
}
