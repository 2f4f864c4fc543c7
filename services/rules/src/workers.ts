import { WorkerLoop, type Platform } from '@made-open/nest';
import { ActionWorker } from './actions/action-worker.ts';
import { CallWebhook } from './actions/call-webhook.ts';
import { CarryOutByKind } from './actions/carry-out.ts';
import { EmitEvent } from './actions/emit-event.ts';
import { SendMessage } from './actions/send-message.ts';
import { TagEntity } from './actions/tag-entity.ts';
import type { Connections } from './connections/connections.ts';
import type { Reach } from './egress/reach.ts';
import { DeliveryWorker } from './endpoints/delivery-worker.ts';
import { forgetDeliveries } from './endpoints/forget-deliveries.ts';
import { EvaluationWorker } from './evaluations/evaluation-worker.ts';
import { forgetTrials } from './evaluations/evaluations.ts';
import type { Executions } from './executions/executions.ts';
import { forgetOld, type Forgetting } from './forget.ts';
import { forgetVersions } from './rules/forget-versions.ts';
import type { RulesTables } from './tables.ts';

export interface WorkersParts {
  readonly connections: Connections;
  readonly executions: Executions;
  readonly reach: Reach;
  readonly retentionDays: number;
  readonly onPublished: () => void;
}

const tickMs = 500;

/** What works by itself as long as the service runs; every replica has one, and the database shares the work out. */
export class Workers {
  readonly #loops: readonly WorkerLoop[];
  readonly #deliveries: DeliveryWorker;
  readonly #forgetting: WorkerLoop;

  constructor(
    { bus, database: { db }, logger }: Platform<RulesTables>,
    { connections, executions, reach, retentionDays, onPublished }: WorkersParts,
  ) {
    const onWork = (): void => {
      onPublished();
      this.kick();
    };
    const carryOut = new CarryOutByKind({
      send_message: new SendMessage(bus),
      emit_event: new EmitEvent(),
      call_webhook: new CallWebhook(db),
      tag_entity: new TagEntity(bus),
      untag_entity: new TagEntity(bus),
    });
    const evaluations = new EvaluationWorker({ db, connections, onWork });
    const actions = new ActionWorker(db, carryOut, onPublished);
    this.#deliveries = new DeliveryWorker({
      db,
      bus,
      reach,
      onPublished,
      onFree: () => sending.kick(),
      onFault: (error) => logger.warn('a delivery to an endpoint was interrupted', { error }),
    });
    const ended: readonly Forgetting[] = [
      (days, limit) => executions.forget(days, limit),
      (days, limit) => forgetDeliveries(db, days, limit),
      (days, limit) => forgetVersions(db, days, limit),
      (_days, limit) => forgetTrials(db, limit),
    ];
    this.#forgetting = new WorkerLoop(forgetOld(ended, retentionDays), logger);
    const loopOf = (what: string, work: { workOff(): Promise<number> }): WorkerLoop =>
      new WorkerLoop({ what, tickMs, workOff: async () => (await work.workOff()) > 0 }, logger);
    const sending = loopOf('deliveries to endpoints', this.#deliveries);
    this.#loops = [
      loopOf('conditions of plugins', evaluations),
      loopOf('actions', actions),
      sending,
    ];
  }

  start(): void {
    for (const loop of this.#loops) loop.start();
    this.#forgetting.start();
  }

  /** There may be something to do. */
  kick(): void {
    for (const loop of this.#loops) loop.kick();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops, this.#forgetting].map((loop) => loop.stop()));
    await this.#deliveries.ended();
  }
}
