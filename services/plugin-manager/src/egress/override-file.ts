import { parseOverrides, type Override } from '@made-open/egress';
import { readFileSync } from 'node:fs';

/** The operator's egress overrides, read anew at every use; empty without a file. */
export class OverrideFile {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** With authorities inlined, as runners need them. */
  toJson(): string {
    return JSON.stringify(Object.fromEntries(this.#read()));
  }

  /** Without certificates, for people to look at. */
  view(): { host: string; address: string; port: number; has_ca: boolean }[] {
    return [...this.#read()].map(([host, { address, port, ca }]) => ({
      host,
      address,
      port,
      has_ca: ca !== undefined,
    }));
  }

  #read(): ReadonlyMap<string, Override> {
    if (this.#path === undefined) return new Map();
    return parseOverrides(readFileSync(this.#path, 'utf8'), (path) => readFileSync(path, 'utf8'));
  }
}
