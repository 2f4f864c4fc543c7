import { Environment, Metrics, PlatformModule, type Platform } from '@made-open/nest';
import { OutboxRelay } from '@made-open/postgres';
import { Test } from '@nestjs/testing';
import { EventsConsumer } from './events/events.consumer.ts';
import { ExecutionsConsumer } from './executions/executions.consumer.ts';
import { PostgresRuleStore } from './rules/postgres-rule-store.ts';
import { RuleStore } from './rules/rule-store.ts';
import { RulesConsumer } from './rules/rules.consumer.ts';
import { RulesModule } from './rules.module.ts';
import { rules } from './service.ts';
import type { RulesTables } from './tables.ts';

/** Nothing that could be connected to: what works already while it is put together fails. */
function platform(ends: (() => Promise<void>)[]): Platform<RulesTables> {
  const parts = {
    bus: {},
    database: { db: {} },
    databaseOptions: {},
    logger: {},
    metrics: new Metrics('rules'),
  };
  const onStop = (work: () => Promise<void>): number => ends.push(work);
  return { ...parts, onStop } as unknown as Platform<RulesTables>;
}

describe('RulesModule', () => {
  it('can be put together with PostgreSQL behind the ports, and ended before it has begun', async () => {
    const ends: (() => Promise<void>)[] = [];
    const parts = platform(ends);
    const module = await Test.createTestingModule({
      imports: [
        PlatformModule.register(parts),
        rules.module(parts, rules.readConfig(new Environment({}))),
      ],
    }).compile();
    expect(module.get(RuleStore)).toBeInstanceOf(PostgresRuleStore);
    for (const part of [
      RulesModule,
      RulesConsumer,
      EventsConsumer,
      ExecutionsConsumer,
      OutboxRelay,
    ])
      expect(module.get(part)).toBeInstanceOf(part);
    await Promise.all(ends.map((end) => end()));
    expect(ends.length).toBeGreaterThan(1);
  });
});
