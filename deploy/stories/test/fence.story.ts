import { eventually } from '@made-open/testing';
import {
  ContactsServer,
  sampleContacts,
  sampleHost,
  samplePlugin,
  type Contact,
} from '@made-open/sample';
import type { Entity, Run } from './platform/api-client.ts';
import { Gate } from './sources/gate.ts';
import { startStory, type Story } from './platform/story.ts';
import { connect, install, settledRun, sync } from './platform/steps.ts';

const apiKey = 'fence-key-7654321';
const pageSize = 100;
const count = 1500;

describe('the fence: whatever is killed in the middle of a sync, nothing is lost or doubled', () => {
  const gate = new Gate();
  let contacts: Contact[] = sampleContacts(count);
  let source: ContactsServer;
  let story: Story;
  let connectionId: string;

  beforeAll(async () => {
    source = await ContactsServer.start({
      apiKey,
      contacts,
      pageSize,
      beforePage: (offset) => (offset >= 700 ? gate.pass() : Promise.resolve()),
    });
    story = await startStory({ [sampleHost]: source });
    const pluginId = await install(story.admin, samplePlugin());
    connectionId = await connect(story.admin, pluginId, { apiKey });
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: count },
    });
  });
  afterAll(async () => {
    gate.open();
    await story?.stop();
    await source?.stop();
  });

  const rename = (suffix: string): void => {
    contacts = sampleContacts(count).map((contact) => ({
      ...contact,
      name: `${contact.name} ${suffix}`,
    }));
    source.contacts = contacts;
  };

  async function openRun(): Promise<Run> {
    const { run } = await story.admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
    return run;
  }

  async function expectExactlyOnce(since: number, suffix: string): Promise<void> {
    // The gateway itself may be the one that is coming back.
    const persons = await eventually(() => story.client.all<Entity>('/persons?limit=200'));
    expect(persons).toHaveLength(count);
    expect(persons.filter((person) => person.display_name?.endsWith(suffix) !== true)).toEqual([]);
    const events = await eventually(async () => {
      const seen = await story.events('DATA', since);
      if (seen.length < count) throw new Error(`${String(seen.length)} of ${String(count)} events`);
      return seen;
    });
    expect(events.filter((event) => event.type !== 'data.PersonUpdated')).toEqual([]);
    const entities = events.map(
      (event) => event.data['entity'] as { entity_id: string; version: number },
    );
    expect(new Set(entities.map((entity) => entity.entity_id)).size).toBe(count);
    expect(entities).toHaveLength(count);
    await eventually(async () => {
      const { total } = await story.client.get<{ total: number }>(`/search?q=${suffix}&limit=1`);
      expect(total).toBe(count);
    });
  }

  it.each([
    'plugin-runner',
    'sandbox',
    'etl',
    'connector-scheduler',
    'plugin-manager',
    'credential-wallet',
    'search-indexer',
    'channel-gateway',
    'nats',
    'postgres',
  ])('survives kill -9 of %s', async (victim) => {
    const suffix = `after${victim.replaceAll('-', '')}`;
    const since = await story.lastSequence('DATA');
    rename(suffix);
    gate.close();
    const { id } = await openRun();
    await eventually(() => {
      if (gate.waiting === 0) throw new Error('the sync has not reached its middle');
    });
    story.kill(victim);
    gate.open();
    const run = await eventually(
      async () => {
        const now = await story.admin.get<Run>(`/runs/${id}`);
        if (now.state !== 'completed' && now.state !== 'failed')
          throw new Error(JSON.stringify(now));
        return now;
      },
      { timeoutMs: 180_000 },
    );
    // A sandbox that is killed ends its run with a reason; the next sync brings the rest. All others end well by themselves.
    if (victim === 'sandbox') {
      expect(run).toMatchObject({ state: 'failed', error: { code: 'sandbox.crashed' } });
      expect(await sync(story.admin, connectionId)).toMatchObject({ state: 'completed' });
    } else expect(run).toMatchObject({ state: 'completed' });
    await expectExactlyOnce(since, suffix);
  });
});
