import type { HttpManifestFault } from '../errors.ts';

/** What became of a manifest of Faxbot. */
export interface LegacyReport {
  /** Why it does not run. */
  readonly errors: readonly HttpManifestFault[];
  /** What works otherwise than its author may think. */
  readonly warnings: readonly HttpManifestFault[];
  /** What works, and those who approve it should look at. */
  readonly dangers: readonly HttpManifestFault[];
  /** Hosts of its URLs, where it does not say to which it may go. */
  readonly proposed_domains: readonly string[];
  /** Somebody has to say which hosts it may reach. */
  readonly needs_approval: boolean;
  readonly runnable: boolean;
}

/** Collects what is found on the way. */
export class Findings {
  readonly errors: HttpManifestFault[] = [];
  readonly warnings: HttpManifestFault[] = [];
  readonly dangers: HttpManifestFault[] = [];

  error(pointer: string, message: string): void {
    this.errors.push({ pointer, message });
  }

  warn(pointer: string, message: string): void {
    this.warnings.push({ pointer, message });
  }

  danger(pointer: string, message: string): void {
    this.dangers.push({ pointer, message });
  }
}
