import { sampleContacts } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  contactsKey,
  contactsPlugin,
  type InstalledPlatform,
  type OutsideWorld,
  type PlatformClient,
  runnerPodsOf,
} from '../../src/index.ts';

const id = 'com.example.bursts';
const scaling = { min: 0, max: 3, concurrency: 1, targetWaitSeconds: 1, idleSeconds: 5 };
const connections = 6;
const pageMs = 5000;
const storyMs = 600_000;
const patient = { timeoutMs: 240_000, everyMs: 500 };

export function describeBursts(
  installed: () => InstalledPlatform,
  api: () => PlatformClient,
  outside: () => OutsideWorld,
): void {
  it(
    'starts more runners while syncs wait, loses and doubles nothing, and ends all of them after',
    async () => {
      const { contacts } = outside();
      const several = Promise.withResolvers<void>();
      contacts.contacts = sampleContacts(500);
      // The source is slow until there are several runners: one alone would be done before another is there.
      contacts.beforePage = () => Promise.race([several.promise, sleep(pageMs)]);
      try {
        const plugin = await api().install(contactsPlugin(id, { scaling }));
        const connected = await Promise.all(
          Array.from({ length: connections }, () => api().connect(plugin, { apiKey: contactsKey })),
        );
        await eventually(async () => {
          const ready = (await runnerPodsOf(installed(), id)).filter(({ isReady }) => isReady);
          expect(ready.length).toBeGreaterThan(1);
        }, patient);
        several.resolve();
        const expected = contacts.contacts.map((contact) => contact.id).toSorted();
        for (const connection of connected) {
          const runs = await api().settledRuns(connection);
          expect(runs.filter(({ state }) => state !== 'completed')).toEqual([]);
          expect((await api().idsOf('persons', connection)).toSorted()).toEqual(expected);
        }
        await eventually(
          async () => expect(await runnerPodsOf(installed(), id)).toEqual([]),
          patient,
        );
      } finally {
        several.resolve();
        contacts.beforePage = () => Promise.resolve();
      }
    },
    storyMs,
  );
}
