import { graphHost, graphPlugin, GraphServer, loginHost } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { Entity } from './platform/api-client.ts';
import { redirectOf } from './platform/browser.ts';
import { connect, install, settledRun, sync } from './platform/steps.ts';
import { startStory, type Story } from './platform/story.ts';

interface Connection {
  readonly state: string;
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly config_fields: readonly string[];
}

const clientSecret = 'client-secret-5557391';
const everything = 392;

describe('signing in: an account is let in, refreshed, lost, and let in again', () => {
  let graph: GraphServer;
  let story: Story;
  let pluginId: string;
  let connectionId: string;
  /** The run that could not go on. */
  let lockedOut: string;
  /** What went through the browser's address line, which servers like to log. */
  const callbacks: string[] = [];

  const connection = (): Promise<Connection> =>
    story.admin.get<Connection>(`/connections/${connectionId}`);
  /** Where the account's own server sends the browser once its user has consented. */
  const consent = async (): Promise<string> => {
    const { authorization_url: address } = await story.admin.post<{ authorization_url: string }>(
      `/connections/${connectionId}/authorize`,
    );
    const callback = await redirectOf(address, graph);
    callbacks.push(callback);
    return callback;
  };
  const signIn = async (): Promise<void> => {
    const page = await fetch(await consent());
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('signed in')]);
    // Its first sync brings the whole account.
    await eventually(async () => expect(await connection()).toMatchObject({ state: 'active' }), {
      timeoutMs: 90_000,
    });
  };
  const addContact = (name: string): void => {
    graph.mailbox.create(graph.mailbox.contacts, { displayName: name, emailAddresses: [] });
  };
  const names = async (): Promise<(string | undefined)[]> =>
    (await story.client.all<Entity>('/persons?limit=200')).map((person) => person.display_name);

  beforeAll(async () => {
    graph = await GraphServer.start();
    story = await startStory({ [graphHost]: graph, [loginHost]: graph });
    pluginId = await install(story.admin, graphPlugin('0.2.0'));
    connectionId = await connect(story.admin, pluginId, { tenantId: 'contoso' });
  });
  afterAll(async () => {
    await story?.stop();
    await graph?.stop();
  });

  it('says of an account that nobody signed in to what is missing, and of a plugin without a client what to do', async () => {
    expect(await connection()).toMatchObject({
      state: expect.stringMatching(/^needs_/u) as unknown,
      reasons: [{ message: expect.stringContaining('accessToken') as unknown }],
    });
    await expect(story.admin.post(`/connections/${connectionId}/authorize`)).rejects.toMatchObject({
      body: {
        code: 'wallet.oauth_not_configured',
        detail: expect.stringContaining(`/plugins/${pluginId}/oauth-client`) as unknown,
      },
    });
  });

  it('takes the client of the plugin, and shows everything of it but its secret', async () => {
    const redirectUri = `http://127.0.0.1:${String(story.platform.ports.gateway)}/oauth/callback`;
    graph.login.register({
      id: 'the-platform',
      secret: clientSecret,
      redirectUris: [redirectUri],
    });
    await story.admin.request('PUT', `/plugins/${pluginId}/oauth-client`, {
      client_id: 'the-platform',
      client_secret: clientSecret,
    });
    const client = await story.admin.get(`/plugins/${pluginId}/oauth-client`);
    expect(client).toMatchObject({
      client_id: 'the-platform',
      token_url: expect.stringContaining(loginHost) as unknown,
    });
    expect(JSON.stringify(client)).not.toContain(clientSecret);
  });

  it('lets nobody in whose user refused, and begins again', async () => {
    const refused = new URL(await consent());
    refused.searchParams.delete('code');
    refused.searchParams.set('error', 'access_denied');
    const page = await fetch(refused);
    expect([page.status, await page.text()]).toEqual([
      400,
      expect.stringContaining('access_denied'),
    ]);
    expect((await connection()).state).toMatch(/^needs_/u);
  });

  it('brings the account once its user has signed in, and takes the same answer only once', async () => {
    await signIn();
    expect(await settledRun(story.admin, connectionId)).toMatchObject({
      state: 'completed',
      counts: { created: everything, quarantined: 0 },
    });
    expect((await fetch(callbacks.at(-1) ?? '')).status).toBe(400);
    expect(await connection()).toMatchObject({ state: 'active' });
  });

  it('refreshes an access token that the source ended, within the run', async () => {
    graph.expireTokens();
    addContact('Came After The Refresh');
    const run = await sync(story.admin, connectionId);
    expect(run).toMatchObject({ state: 'completed', counts: { created: 1 } });
    expect(graph.login.requests.filter((type) => type === 'refresh_token')).toHaveLength(1);
  });

  it('asks for another sign-in when the consent was taken back, and leaves the source alone until then', async () => {
    graph.login.revokeAll();
    addContact('Came While Locked Out');
    const failed = await sync(story.admin, connectionId);
    expect(failed).toMatchObject({
      state: 'failed',
      error: {
        code: 'wallet.reauthentication_required',
        message: expect.stringContaining(`/connections/${connectionId}/authorize`) as unknown,
      },
    });
    lockedOut = failed.id;
    await eventually(async () =>
      expect(await connection()).toMatchObject({
        state: 'needs_reauthentication',
        reasons: [{ code: 'wallet.reauthentication_required' }],
      }),
    );
    const asked = graph.login.requests.length;
    await expect(story.admin.post(`/connections/${connectionId}/sync`)).rejects.toMatchObject({
      status: 409,
      body: { reasons: [{ code: 'wallet.reauthentication_required' }] },
    });
    expect([graph.login.requests.length, graph.login.invalidGrants]).toEqual([asked, 1]);
  });

  it('goes on by itself, from where it was, after another sign-in', async () => {
    await signIn();
    await eventually(async () => {
      const run = await settledRun(story.admin, connectionId);
      expect(run.id).not.toBe(lockedOut);
      expect(run).toMatchObject({
        state: 'completed',
        counts: { created: 1, updated: 0, deleted: 0 },
      });
    });
    expect(await names()).toContain('Came While Locked Out');
  });

  it('leaves neither a secret nor what was in the browser in any file of the platform', () => {
    const codes = callbacks.flatMap((callback) => [...new URL(callback).searchParams.values()]);
    expect(codes.length).toBeGreaterThanOrEqual(6);
    expect(story.filesWith([clientSecret, ...codes])).toEqual([]);
  });
});
