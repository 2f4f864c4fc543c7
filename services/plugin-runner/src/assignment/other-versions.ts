import { describeError } from '@made-open/bus';
import { CrashBreaker } from '../runs/crash-breaker.ts';
import type { Runner } from '../runs/runner.ts';
import type { WarmSandboxes } from '../host/processes/warm-sandboxes.ts';
import {
  describeAssignment,
  fetchBundle,
  type Assignment,
  type DescribedAssignment,
} from './assignment.ts';
import { VersionRefusedError } from './errors.ts';

interface Loaded {
  /** Of its bundle and its grants. */
  readonly key: string;
  readonly runner: Promise<Runner>;
}

/** Each may have processes that wait: the memory of a pod is meant for the version that is active. */
const most = 2;

/**
 * Versions beside the one of the runner, for calls that keep the version with which they were accepted. Each has sandboxes of
 * its own; the one that was wanted longest ago goes first.
 */
export class OtherVersions {
  readonly #own: Runner;
  readonly #sandboxesOf: (assignment: Assignment) => WarmSandboxes;
  readonly #loaded = new Map<string, Loaded>();
  readonly #ending = new Set<Promise<unknown>>();

  constructor(own: Runner, sandboxesOf: (assignment: Assignment) => WarmSandboxes) {
    this.#own = own;
    this.#sandboxesOf = sandboxesOf;
  }

  /** A runner of this version; rejects for one that nobody approved, or of which something was revoked since. */
  async runnerOf(version: string): Promise<Runner> {
    if (version === '' || version === this.#own.version) return this.#own;
    // Asked each time: what is revoked counts from then on.
    const described = await this.#describe(version);
    const { bundleDigest, granted } = described;
    const key = JSON.stringify([bundleDigest, granted]);
    const before = this.#loaded.get(version);
    if (before?.key !== key) this.#leave(version);
    const loaded = before?.key === key ? before : { key, runner: this.#load(version, described) };
    this.#loaded.delete(version);
    this.#loaded.set(version, loaded);
    for (const oldest of [...this.#loaded.keys()].slice(0, -most)) this.#leave(oldest);
    return loaded.runner;
  }

  async stop(): Promise<void> {
    for (const version of this.#loaded.keys()) this.#leave(version);
    await Promise.all(this.#ending);
  }

  async #describe(version: string): Promise<DescribedAssignment> {
    const { bus, token } = this.#own;
    try {
      const described = await describeAssignment(bus, token, version);
      const granted = new Set(described.granted);
      const missing = described.manifest.permissions.filter((asked) => !granted.has(asked));
      if (missing.length === 0) return described;
      throw new VersionRefusedError(version, `${missing.join(', ')} is not approved`);
    } catch (error) {
      const { retry, message } = describeError(error);
      if (retry !== 'never' || error instanceof VersionRefusedError) throw error;
      throw new VersionRefusedError(version, message, { cause: error });
    }
  }

  async #load(version: string, described: DescribedAssignment): Promise<Runner> {
    const { bus, token } = this.#own;
    try {
      const bundle = await fetchBundle(bus, token, described.bundleDigest);
      const assignment = { ...described, bundle };
      const breaker = new CrashBreaker(() => performance.now());
      const sandboxes = this.#sandboxesOf(assignment);
      return { ...this.#own, version, assignment, sandboxes, breaker };
    } catch (error) {
      this.#loaded.delete(version);
      throw error;
    }
  }

  /** What still runs there comes to its end. */
  #leave(version: string): void {
    const loaded = this.#loaded.get(version);
    this.#loaded.delete(version);
    const ending = loaded?.runner.then(({ sandboxes }) => sandboxes.stop()).catch(() => undefined);
    if (ending === undefined) return;
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}
