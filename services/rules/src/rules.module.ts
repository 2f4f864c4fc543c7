import { outboxRelayOf, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { RulesConfig } from './config.ts';
import { Connections } from './connections/connections.ts';
import { ConnectionsConsumer } from './connections/connections.consumer.ts';
import { Reach } from './egress/reach.ts';
import { Endpoints } from './endpoints/endpoints.ts';
import { EndpointsConsumer } from './endpoints/endpoints.consumer.ts';
import { Evaluations } from './evaluations/evaluations.ts';
import { EvaluationsConsumer } from './evaluations/evaluations.consumer.ts';
import { EventsConsumer } from './events/events.consumer.ts';
import { HoldEvents } from './events/hold-events.ts';
import { Executions } from './executions/executions.ts';
import { ExecutionsConsumer } from './executions/executions.consumer.ts';
import { PostgresRuleStore } from './rules/postgres-rule-store.ts';
import { RuleStore } from './rules/rule-store.ts';
import { RulesConsumer } from './rules/rules.consumer.ts';
import type { RulesTables } from './tables.ts';
import { AskPlugins } from './trials/ask-plugins.ts';
import { PastEvents } from './trials/past-events.ts';
import { TestRule } from './trials/test-rule.ts';
import { TrialsConsumer } from './trials/trials.consumer.ts';
import { Workers } from './workers.ts';

@Module({})
export class RulesModule implements OnApplicationBootstrap {
  constructor(
    @Inject(OutboxRelay) private readonly relay: OutboxRelay,
    @Inject(Workers) private readonly workers: Workers,
  ) {}

  static register(platform: Platform<RulesTables>, config: RulesConfig): DynamicModule {
    const { bus } = platform;
    const { db } = platform.database;
    const relay = outboxRelayOf(platform);
    const reach = new Reach(config.egress);
    const rules = new PostgresRuleStore(db);
    const connections = new Connections(db);
    const executions = new Executions(db);
    const workers = new Workers(platform, {
      connections,
      executions,
      reach,
      retentionDays: config.retention.days,
      onPublished: () => relay.kick(),
    });
    const onWork = (): void => {
      relay.kick();
      workers.kick();
    };
    const endpoints = new Endpoints(db, onWork);
    const plugins = new AskPlugins(db, bus, connections);
    const testRule = new TestRule({ rules, past: new PastEvents(bus), plugins });
    platform.onStop(() => workers.stop());
    platform.onStop(() => relay.stop());
    return {
      module: RulesModule,
      controllers: [
        RulesConsumer,
        EventsConsumer,
        ExecutionsConsumer,
        ConnectionsConsumer,
        EvaluationsConsumer,
        EndpointsConsumer,
        TrialsConsumer,
      ],
      providers: [
        { provide: RuleStore, useValue: rules },
        { provide: HoldEvents, useValue: new HoldEvents({ db, rules, endpoints, onWork }) },
        { provide: Executions, useValue: executions },
        { provide: Connections, useValue: connections },
        { provide: Evaluations, useValue: new Evaluations(db, onWork) },
        { provide: Endpoints, useValue: endpoints },
        { provide: Reach, useValue: reach },
        { provide: TestRule, useValue: testRule },
        { provide: OutboxRelay, useValue: relay },
        { provide: Workers, useValue: workers },
      ],
    };
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    this.workers.start();
  }
}
