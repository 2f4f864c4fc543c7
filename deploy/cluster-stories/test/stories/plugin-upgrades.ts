import { sampleContacts } from '@made-open/sample';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  contactsKey,
  contactsPlugin,
  type OutsideWorld,
  type PlatformClient,
  type Run,
} from '../../src/index.ts';

const id = 'com.example.upgraded';
const connections = 3;
const pageMs = 5000;
const storyMs = 600_000;

export function describePluginUpgrades(
  api: () => PlatformClient,
  outside: () => OutsideWorld,
): void {
  it(
    'fails no run and loses and doubles nothing while another version of a plugin is activated',
    async () => {
      const { contacts } = outside();
      contacts.contacts = sampleContacts(250);
      const plugin = await api().install(contactsPlugin(id, { version: '0.1.0' }));
      const connected = await Promise.all(
        Array.from({ length: connections }, () => api().connect(plugin, { apiKey: contactsKey })),
      );
      for (const connection of connected) await api().settledRuns(connection);
      const middle = Promise.withResolvers<void>();
      const activated = Promise.withResolvers<void>();
      contacts.contacts = sampleContacts(400);
      contacts.beforePage = async (offset) => {
        if (offset < 100) return;
        middle.resolve();
        await Promise.race([activated.promise, sleep(pageMs)]);
      };
      try {
        const upgraded = connected.map((connection) => syncUntil(api(), connection, '0.2.0'));
        await middle.promise;
        await api().install(contactsPlugin(id, { version: '0.2.0' }));
        activated.resolve();
        await Promise.all(upgraded);
        const expected = contacts.contacts.map((contact) => contact.id).toSorted();
        for (const connection of connected) {
          const runs = await api().settledRuns(connection);
          expect(runs.filter(({ state }) => state !== 'completed')).toEqual([]);
          expect((await api().idsOf('persons', connection)).toSorted()).toEqual(expected);
        }
      } finally {
        activated.resolve();
        contacts.beforePage = () => Promise.resolve();
      }
    },
    storyMs,
  );
}

/** Syncs without a pause until a version has ended a run. */
async function syncUntil(api: PlatformClient, connection: string, version: string): Promise<void> {
  for (;;) {
    const run: Run = await api.ended(await api.sync(connection));
    if (run.plugin_version === version) return;
  }
}
