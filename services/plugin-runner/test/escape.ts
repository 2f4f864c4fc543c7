import type { SandboxLimits } from '../src/sandbox/sandbox-limits.ts';

/** One known attack: what the plugin does, and how it must end. */
export interface Escape {
  readonly name: string;
  /** Body of `sync`. */
  readonly sync?: string;
  /** Runs before the plugin is defined. */
  readonly script?: string;
  /** A whole script instead of the two above. */
  readonly bundle?: string;
  /** Code of the end as a regular expression; `completed` when the attack comes to nothing by itself. */
  readonly ends: string;
  /** What the reason must tell the author. */
  readonly says?: RegExp;
  /** Ids of the items that come out; those that begin with LEAK tell of an escape. */
  readonly items?: readonly string[];
  /** Why the quarantine gets what came out. */
  readonly refuses?: RegExp;
  readonly limits?: Partial<SandboxLimits>;
  readonly maxLogLines?: number;
}
