import type { Logger } from '@made-open/nest';
import { isBroken, nextCrash, noCrashes, type Crashes } from '../fleet/crash-breaker.ts';
import type { RunnerSet, RunnerSetStatus } from '../fleet/fleet-driver.ts';
import type { Runner, RunnerLauncher } from './runner-launcher.ts';

export interface ProcessSetParts {
  readonly launcher: RunnerLauncher;
  /** Hears that something is otherwise than before. */
  readonly onChange: (pluginId: string) => void;
  readonly logger: Logger;
  readonly now: () => number;
}

interface Member {
  readonly runner: Runner;
  readonly startedAtMs: number;
  isReady: boolean;
}

/** Credentials live for 24 hours: a runner is replaced before they end. */
const maxAgeMs = 20 * 3_600_000;
const launchFaultPauseMs = 2000;

/** The processes of one set: as many as are wanted, whatever ends. */
export class ProcessSet {
  readonly #parts: ProcessSetParts;
  readonly #members = new Set<Member>();
  readonly #ending = new Set<Promise<void>>();
  #form: RunnerSet;
  #crashes: Crashes = noCrashes;
  #launchFault: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(form: RunnerSet, parts: ProcessSetParts) {
    this.#form = form;
    this.#parts = parts;
  }

  status(): RunnerSetStatus {
    const { pluginId, version, lane, fingerprint, replicas } = this.#form;
    const ready = [...this.#members].filter(({ isReady }) => isReady);
    const [oldest] = ready.map(({ startedAtMs }) => startedAtMs).toSorted((a, b) => a - b);
    return {
      pluginId,
      version,
      lane,
      fingerprint,
      wanted: replicas,
      present: this.#members.size,
      ready: ready.length,
      crashes: this.#crashes.count,
      isBroken: isBroken(this.#crashes),
      fault: this.#launchFault ?? (this.#crashes.reason || undefined),
      startedAt: oldest === undefined ? undefined : new Date(oldest),
      pinned: undefined,
    };
  }

  /** What was taken from a plugin must end now, whether something else is ready or not: runners of another form end first. */
  apply(form: RunnerSet): Promise<void> {
    if (kindOf(form) !== kindOf(this.#form)) {
      for (const member of this.#members) this.#end(member);
      this.#crashes = noCrashes;
    }
    this.#form = form;
    return this.#fill();
  }

  reset(): Promise<void> {
    this.#crashes = noCrashes;
    return this.#fill();
  }

  /** Ends every runner and waits for them. */
  async stop(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    await this.#work;
    for (const member of this.#members) this.#end(member);
    await Promise.all(this.#ending);
  }

  /** One round after the other, each with what is wanted by then. */
  #fill(): Promise<void> {
    this.#work = this.#work.then(() => this.#round());
    return this.#work;
  }

  async #round(): Promise<void> {
    clearTimeout(this.#timer);
    const old = this.#parts.now() - maxAgeMs;
    for (const member of this.#members) if (member.startedAtMs <= old) this.#end(member);
    for (const member of this.#surplus()) this.#end(member);
    while (this.#mayLaunch()) if (!(await this.#launch())) return this.#again(launchFaultPauseMs);
    this.#again(this.#nextLookMs());
  }

  /** Those that take no work yet, and the youngest, go first. */
  #surplus(): Member[] {
    const kept = [...this.#members].toSorted(
      (a, b) => Number(b.isReady) - Number(a.isReady) || a.startedAtMs - b.startedAtMs,
    );
    return kept.slice(this.#form.replicas);
  }

  #mayLaunch(): boolean {
    const isHeld = isBroken(this.#crashes) || this.#crashes.notBeforeMs > this.#parts.now();
    return !this.#isOver && !isHeld && this.#members.size < this.#form.replicas;
  }

  #nextLookMs(): number | undefined {
    const { size } = this.#members;
    const now = this.#parts.now();
    if (size < this.#form.replicas && !isBroken(this.#crashes))
      return this.#crashes.notBeforeMs - now;
    const ages = [...this.#members].map(({ startedAtMs }) => startedAtMs + maxAgeMs - now);
    return size === 0 ? undefined : Math.min(...ages);
  }

  #again(inMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (inMs === undefined || this.#isOver) return;
    this.#timer = setTimeout(() => void this.#fill(), inMs);
  }

  /** False: what a start needs is away, the wallet or NATS, which is no fault of the plugin. */
  async #launch(): Promise<boolean> {
    const form = this.#form;
    const { pluginId, version } = form;
    const { launcher, logger, now, onChange } = this.#parts;
    let runner: Runner;
    try {
      runner = await launcher.launch(form);
    } catch (error) {
      this.#launchFault =
        error instanceof Error ? error.message : 'the runner could not be started';
      logger.warn('runner could not be started', { pluginId, version, error });
      onChange(pluginId);
      return false;
    }
    this.#launchFault = undefined;
    const member: Member = { runner, startedAtMs: now(), isReady: false };
    this.#members.add(member);
    logger.info('runner started', { pluginId, version, pid: runner.pid });
    void runner.exit.then((reason) => this.#ended(member, reason));
    void runner.ready.then(() => this.#began(member));
    // Meanwhile another kind may be wanted.
    if (kindOf(form) !== kindOf(this.#form)) this.#end(member);
    return true;
  }

  #began(member: Member): void {
    member.isReady = true;
    this.#parts.onChange(this.#form.pluginId);
  }

  #end(member: Member): void {
    if (!this.#members.delete(member)) return;
    const ending = member.runner.stop().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
    this.#parts.onChange(this.#form.pluginId);
  }

  /** One that was to end is no member any more. */
  #ended(member: Member, reason: string): void {
    if (!this.#members.delete(member)) return;
    const nowMs = this.#parts.now();
    const livedMs = nowMs - member.startedAtMs;
    // What ends together counts once.
    if (nowMs >= this.#crashes.notBeforeMs)
      this.#crashes = nextCrash(this.#crashes, { reason, nowMs, livedMs });
    const { pluginId, version } = this.#form;
    const crashes = this.#crashes.count;
    this.#parts.logger.warn('runner ended', { pluginId, version, reason, crashes });
    this.#parts.onChange(pluginId);
    void this.#fill();
  }
}

/** Runners of one kind can stand in for each other. */
function kindOf({ fingerprint, lane, concurrency }: RunnerSet): string {
  return JSON.stringify([fingerprint, lane, concurrency]);
}
