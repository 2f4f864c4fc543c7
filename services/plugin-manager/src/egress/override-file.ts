import { parseOverrides, type Override, type Overrides } from '@made-open/egress';
import { allowsOutbound, parseGrants } from '@made-open/manifest';
import type { Logger } from '@made-open/nest';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OverrideFileError } from '../errors.ts';

export interface OverrideView {
  /** `host:port` as plugins name it. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** Which authority is trusted instead of the system's. */
  readonly authority: { readonly subject: string; readonly fingerprint: string } | null;
}

const everyMs = 2000;

/** The operator's egress overrides. The file is read again when it changes; one that is broken changes nothing. */
export class OverrideFile {
  readonly #path: string | undefined;
  readonly #logger: Logger;
  #overrides: readonly (readonly [string, Override])[] = [];
  #text = '{}';
  #fault: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Throws when the file cannot be used: then nothing must start that might reach the wrong host. */
  constructor(path: string | undefined, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
    this.#load();
  }

  /** Looks for changes from now on; `onChange` hears of those that took effect. */
  watch(onChange: (view: readonly OverrideView[]) => void): void {
    if (this.#path === undefined) return;
    this.#timer = setInterval(() => this.refresh(onChange), everyMs);
    this.#timer.unref();
  }

  /** Reads the file once more. */
  refresh(onChange: (view: readonly OverrideView[]) => void): void {
    const before = this.#text;
    try {
      this.#load();
      this.#fault = undefined;
    } catch (error) {
      const fault = error instanceof Error ? error.message : 'unknown fault';
      if (fault !== this.#fault)
        this.#logger.error('the egress overrides stay as they were', { error });
      this.#fault = fault;
      return;
    }
    if (before !== this.#text) onChange(this.view());
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Those that concern a plugin with these permissions, with authorities inlined, as its runner needs them. */
  jsonFor(permissions: readonly string[]): string {
    const grants = parseGrants(permissions);
    const concerns = (hostAndPort: string): boolean => {
      const [host = '', port] = hostAndPort.split(':');
      return ['https', 'http'].some((scheme) =>
        allowsOutbound(grants, { scheme, host, port: Number(port) }),
      );
    };
    return JSON.stringify(
      Object.fromEntries(this.#overrides.filter(([hostAndPort]) => concerns(hostAndPort))),
    );
  }

  /** All of them, for requests of the service itself. */
  all(): Overrides {
    return new Map(this.#overrides);
  }

  /** Why the file as it is now has not taken effect. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** For people to look at. */
  view(): OverrideView[] {
    return this.#overrides.map(([host, { address, port, ca }]) => ({
      host,
      address,
      port,
      authority: ca === undefined ? null : describe(ca),
    }));
  }

  #load(): void {
    if (this.#path === undefined) return;
    const path = this.#path;
    try {
      const near = (file: string): string => readFileSync(resolve(dirname(path), file), 'utf8');
      const overrides = [...parseOverrides(readFileSync(path, 'utf8'), near)];
      for (const [host, { ca }] of overrides) checkAuthority(host, ca);
      this.#overrides = overrides;
      this.#text = JSON.stringify(Object.fromEntries(overrides));
    } catch (error) {
      throw new OverrideFileError(path, error);
    }
  }
}

/** The text goes to every runner: it must be a certificate and nothing that is secret. */
function checkAuthority(host: string, ca: string | undefined): void {
  if (ca === undefined) return;
  if (ca.includes('PRIVATE KEY'))
    throw new TypeError(`egress override "${host}": the CA file holds a private key`);
  try {
    void new X509Certificate(ca);
  } catch (error) {
    throw new TypeError(`egress override "${host}": the CA is not a certificate in PEM`, {
      cause: error,
    });
  }
}

function describe(ca: string): { subject: string; fingerprint: string } {
  const { subject, fingerprint256 } = new X509Certificate(ca);
  return { subject, fingerprint: fingerprint256 };
}
