import { graphHost, graphPlugin, GraphServer } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity, Page, Run } from '../platform/api-client.ts';
import { connect, install, settledRun, sync } from '../platform/steps.ts';
import { startStory, type Story } from '../platform/story.ts';

const patient = { timeoutMs: 90_000 };

describe('change notifications of Microsoft Graph', () => {
  let graph: GraphServer;
  let story: Story;
  let connectionId: string;

  const addContact = (displayName: string): unknown =>
    graph.mailbox.create(graph.mailbox.contacts, { displayName, emailAddresses: [] });
  const names = async (): Promise<(string | undefined)[]> =>
    (await story.client.all<Entity>('/persons?limit=200')).map((person) => person.display_name);
  const runs = async (): Promise<Run[]> =>
    (await story.admin.get<Page<Run>>(`/connections/${connectionId}/runs`)).data;

  beforeAll(async () => {
    graph = await GraphServer.start();
    story = await startStory({ [graphHost]: graph });
  });
  afterAll(async () => {
    await story?.stop();
    await graph?.stop();
  });

  it('are asked for once the connector tells of them, with a secret that the platform makes', async () => {
    const id = await install(story.admin, graphPlugin('0.2.0'));
    connectionId = await connect(story.admin, id, { accessToken: graph.issueToken() });
    await settledRun(story.admin, connectionId);
    expect(graph.subscriptions.all()).toEqual([]);
    await install(story.admin, graphPlugin());
    await eventually(
      async () =>
        expect(await story.admin.get(`/connections/${connectionId}/subscriptions`)).toMatchObject({
          data: [{ state: 'active' }],
        }),
      patient,
    );
    const subscriptions = graph.subscriptions.all();
    expect(subscriptions.map(({ resource }) => resource).toSorted()).toEqual([
      'me/contacts',
      'me/events',
      'me/messages',
    ]);
    const [secret, ...others] = new Set(subscriptions.map(({ clientState }) => clientState));
    expect([secret?.length, others]).toEqual([43, []]);
    const shown = await story.admin.get(`/connections/${connectionId}`);
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(story.logText()).not.toContain(secret);
    // The sync that brings what was not told of before.
    await eventually(async () => expect((await runs()).length).toBeGreaterThan(1), patient);
    expect(await settledRun(story.admin, connectionId)).toMatchObject({ state: 'completed' });
  });

  it('bring a change without waiting for the schedule, also when the config was replaced', async () => {
    const config = { accessToken: graph.issueToken() };
    await story.admin.patch(`/connections/${connectionId}`, { config });
    await settledRun(story.admin, connectionId);
    const before = (await runs()).length;
    addContact('Told Of');
    await eventually(async () => expect(await names()).toContain('Told Of'), patient);
    expect(graph.subscriptions.sent.map(({ status }) => status)).toEqual([200]);
    const since = (await runs()).slice(0, -before);
    expect(since.map((run) => run['trigger'])).toContain('webhook');
    await settledRun(story.admin, connectionId);
  });

  it('may get lost: the next sync brings what they did not tell of', async () => {
    graph.subscriptions.drop(1);
    addContact('Not Told Of');
    expect(graph.subscriptions.sent.at(-1)).toMatchObject({ status: undefined });
    expect(await names()).not.toContain('Not Told Of');
    expect(await sync(story.admin, connectionId)).toMatchObject({ counts: { created: 1 } });
    expect(await names()).toContain('Not Told Of');
  });

  it('are ended with the connection', async () => {
    await story.admin.request('DELETE', `/connections/${connectionId}`);
    await eventually(() => expect(graph.subscriptions.all()).toEqual([]), patient);
  });
});
