import type { Manifest } from '@made-open/manifest';
import type { Page, PageRequest } from '../page.ts';
import type { Canary, CanaryEnd, CanaryTally, CountedRun } from '../versions/canary/canary.ts';
import type { Plugin, PluginAccount, Version } from './plugin.ts';

/** A version to add. */
export interface NewVersion {
  readonly manifest: Manifest;
  readonly manifestText: string;
  readonly digest: string;
  /** The script that runs. */
  readonly bundle: string;
}

/** What is stored of a plugin. Everything that changes what runs is announced in the same transaction. */
export abstract class PluginStore {
  /**
   * Adds a version, and its plugin when it is the first. One of the same number is replaced while it is not released;
   * one that is stays as it is, and the answer is false.
   */
  abstract add(version: NewVersion): Promise<boolean>;
  abstract plugins(page: PageRequest): Promise<Page<Plugin>>;
  abstract plugin(id: string): Promise<Plugin | undefined>;
  /** Newest first. */
  abstract versions(id: string, page: PageRequest): Promise<Page<Version>>;
  abstract version(id: string, version: string): Promise<Version | undefined>;
  /** From now on the version stays as it is. False: it is not there with this digest any more. */
  abstract release(id: string, version: string, digest: string): Promise<boolean>;
  /** Adds to what is approved. */
  abstract approve(id: string, permissions: readonly string[]): Promise<void>;
  /** Takes away from what is approved; whatever runs runs on without it. */
  abstract revoke(id: string, permissions: readonly string[]): Promise<void>;
  /**
   * Makes a version the one that runs, or none; the plugin takes the name that this version gives it. After a rollback
   * nothing leads back to the version that was left. What was tried out is tried out no more.
   */
  abstract activate(
    id: string,
    version: NamedVersion | undefined,
    isRollback?: boolean,
  ): Promise<void>;
  /** Lets a version have a share of the runs; of one that has it already the share changes. False: no version is active. */
  abstract startCanary(id: string, canary: Canary): Promise<boolean>;
  /**
   * Ends what is tried out; false when it is not that version any more. Its share goes back to the active version, or, when
   * it is promoted, the plugin with its name to it, in the same transaction.
   */
  abstract endCanary(id: string, end: CanaryEnd, promotedName?: string): Promise<boolean>;
  /** Counts the end of a run for or against what is tried out; false when that was done before, or nothing is. */
  abstract countRun(run: CountedRun): Promise<boolean>;
  abstract canaryTally(id: string): Promise<CanaryTally>;
  /** Notes whether the active version runs here; true when that changed. Announces the connections then, and while it does not. */
  abstract setStopped(id: string, isStopped: boolean): Promise<boolean>;
  /** Removes a version and its bundle; refuses, with false, when it is active or the last one. */
  abstract removeVersion(id: string, version: string): Promise<boolean>;
  /** How its connections get access tokens; none: what is known of their accounts is forgotten. */
  abstract setAccount(id: string, account: PluginAccount | undefined): Promise<void>;
  /** Removes a plugin with its versions and bundles; refuses, with false, while it has connections. */
  abstract remove(id: string): Promise<boolean>;
  /** Part of a bundle of the plugin; undefined when it has no such bundle. */
  abstract bundle(id: string, digest: string, part: BundlePart): Promise<BundleChunk | undefined>;
}

export interface NamedVersion {
  readonly version: string;
  readonly name: string;
}

export interface BundlePart {
  readonly offset: number;
  readonly lengthBytes: number;
}

export interface BundleChunk {
  readonly chunk: Uint8Array;
  readonly totalBytes: number;
}
