import { outboxRelayOf, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { ActionWorker } from './actions/action-worker.ts';
import { CarryOutByKind } from './actions/carry-out.ts';
import { EmitEvent } from './actions/emit-event.ts';
import { SendMessage } from './actions/send-message.ts';
import { EventsConsumer } from './events/events.consumer.ts';
import { HoldEvents } from './events/hold-events.ts';
import { Executions } from './executions/executions.ts';
import { ExecutionsConsumer } from './executions/executions.consumer.ts';
import { PostgresRuleStore } from './rules/postgres-rule-store.ts';
import { RuleStore } from './rules/rule-store.ts';
import { RulesConsumer } from './rules/rules.consumer.ts';
import type { RulesTables } from './tables.ts';
import { WorkerLoop } from './worker-loop.ts';

/** What works by itself as long as the service runs. */
export const WORKERS = Symbol('made-open:rules:workers');

@Module({})
export class RulesModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(WORKERS) private readonly workers: readonly WorkerLoop[],
  ) {}

  static register(platform: Platform<RulesTables>): DynamicModule {
    const { bus, logger } = platform;
    const { db } = platform.database;
    const relay = outboxRelayOf(platform);
    const rules = new PostgresRuleStore(db);
    const carryOut = new CarryOutByKind({
      send_message: new SendMessage(bus),
      emit_event: new EmitEvent(),
    });
    const worker = new ActionWorker(db, carryOut, () => relay.kick());
    const actions = new WorkerLoop({ what: 'actions', workOff: () => worker.workOff() }, logger);
    const workers = [actions];
    const onWork = (): void => {
      relay.kick();
      for (const each of workers) each.kick();
    };
    for (const part of [...workers, relay]) platform.onStop(() => part.stop());
    return {
      module: RulesModule,
      controllers: [RulesConsumer, EventsConsumer, ExecutionsConsumer],
      providers: [
        { provide: RuleStore, useValue: rules },
        { provide: HoldEvents, useValue: new HoldEvents({ db, rules, onWork }) },
        { provide: Executions, useValue: new Executions(db) },
        { provide: OutboxRelay, useValue: relay },
        { provide: WORKERS, useValue: workers },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    for (const worker of this.workers) worker.start();
  }
}
