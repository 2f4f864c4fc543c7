/** Which runs a set of runners takes: those of everybody, or those that try out a new version. */
export type RunnerLane = 'stable' | 'canary';

/** The runners of one version of a plugin, as they should be. */
export interface RunnerSet {
  readonly pluginId: string;
  readonly version: string;
  readonly lane: RunnerLane;
  /** Changes when the runners have to be replaced: code, grants or overrides are others. */
  readonly fingerprint: string;
  readonly replicas: number;
  /** Runs at a time in one runner. */
  readonly concurrency: number;
  /** Memory of one isolate, in MB. */
  readonly isolateMb: number;
}

/** What a runner is to take at a time, and what that costs. */
export type RunnerRoom = Pick<RunnerSet, 'concurrency' | 'isolateMb'>;

/** The runners of one version of a plugin, as they are. */
export interface RunnerSetStatus {
  readonly pluginId: string;
  readonly version: string;
  readonly lane: RunnerLane;
  readonly fingerprint: string;
  /** As it was applied last. */
  readonly wanted: number;
  /** Runners that exist, whether they are ready or not; those that end are not among them. */
  readonly present: number;
  /** Runners of this fingerprint that take work. */
  readonly ready: number;
  /** How often runners have ended by themselves since the last minute of health. */
  readonly crashes: number;
  /** They have ended too often and are held back, until somebody resets them or the fingerprint changes. */
  readonly isBroken: boolean;
  /** How one ended last, or why none can be started; undefined when all is well. */
  readonly fault: string | undefined;
  /** When the oldest runner that is ready began. */
  readonly startedAt: Date | undefined;
  /** A number of runners that an operator has set in the cluster itself (annotation `made-open.io/replicas`). */
  readonly pinned: number | undefined;
}

/**
 * Where runners run: processes of this machine, or a cluster. Level-based: it is told how a set should be, as often as
 * anybody likes, and keeps it so, whatever ends; what it knows survives in it, not in who calls.
 */
export abstract class FleetDriver {
  /** Begins to watch what there is; resolves when all of it is known. `onChange` hears of whatever changed afterwards. */
  abstract start(onChange: (pluginId: string) => void): Promise<void>;
  /** Runs that one runner really takes at a time: as many as wanted, or as it has room for. */
  abstract concurrencyOf(room: RunnerRoom): number;
  /** All sets that there are, also those whose plugin is gone. */
  abstract list(): readonly RunnerSetStatus[];
  /** Brings a set to this form and keeps it there; the same form again changes nothing. */
  abstract apply(set: RunnerSet): Promise<void>;
  /** Ends the runners of a set, which hand back what they have in hand, and forgets it. */
  abstract remove(set: Pick<RunnerSet, 'pluginId' | 'version'>): Promise<void>;
  /** Lets a set that is held back start again. */
  abstract reset(set: Pick<RunnerSet, 'pluginId' | 'version'>): Promise<void>;
  /** Another manager keeps the sets now: nothing of what was told to this one is kept any more, until it is told again. */
  abstract release(): Promise<void>;
  /** Ends what does not outlive this process. */
  abstract stop(): Promise<void>;
}
