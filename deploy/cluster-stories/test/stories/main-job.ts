import { graphPlugin } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { type OutsideWorld, type PlatformClient } from '../../src/index.ts';

/** What the sample account of the Graph server holds, by the public API's names. */
const brought = { persons: 120, events: 42, messages: 170, documents: 60 } as const;
const all = Object.values(brought).reduce((sum, count) => sum + count, 0);
const storyMs = 400_000;

export function describeMainJob(api: () => PlatformClient, outside: () => OutsideWorld): void {
  let connection: string;

  it(
    'brings an account of Microsoft Graph: push, approve, connect, sync',
    async () => {
      const { graph } = outside();
      const plugin = await api().install(graphPlugin('0.2.0'));
      const config = { accessToken: graph.issueToken(), tenantId: 'contoso' };
      connection = await api().connect(plugin, config);
      // Its schedule may have begun another one since.
      const runs = await api().settledRuns(connection);
      expect(runs.at(-1)).toMatchObject({
        state: 'completed',
        counts: { created: all, quarantined: 0, deleted: 0 },
      });
      for (const table of ['persons', 'events', 'messages', 'documents'] as const) {
        const ids = await api().idsOf(table, connection);
        expect([table, new Set(ids).size, ids.length]).toEqual([
          table,
          brought[table],
          brought[table],
        ]);
      }
    },
    storyMs,
  );

  it(
    'finds it by a search',
    async () => {
      await eventually(
        async () => expect((await api().titles('Lovelace')).join()).toContain('Lovelace'),
        { timeoutMs: 180_000, everyMs: 250 },
      );
    },
    storyMs,
  );

  it(
    'brings what changes at the source, and removes what goes there',
    async () => {
      const { mailbox } = outside().graph;
      const gone = mailbox.contacts.all().at(-1);
      if (gone === undefined) throw new Error('the account is empty');
      mailbox.remove(mailbox.contacts, gone.id);
      const expected = mailbox.contacts.all().map(({ id }) => id);
      // The first sync may be one of the schedule that had asked for contacts already.
      await eventually(
        async () => {
          const run = await api().ended(await api().sync(connection));
          expect(run).toMatchObject({ state: 'completed' });
          const ids = await api().idsOf('persons', connection);
          expect(ids.toSorted()).toEqual(expected.toSorted());
        },
        { timeoutMs: 180_000, everyMs: 250 },
      );
    },
    storyMs,
  );
}
