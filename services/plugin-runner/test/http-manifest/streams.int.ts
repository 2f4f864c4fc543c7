import { runTrial } from '../../src/trial/run-trial.ts';
import type { TrialRecord } from '../../src/trial/trial-request.ts';
import { aProvider, host } from './documents.ts';
import { json, Provider } from './provider.ts';
import { trialOf } from './trial-of.ts';

const pages = [['a', 'b'], ['c'], ['d']];
const connector = {
  categories: ['connector'],
  capabilities: ['list'],
  actions: undefined,
  streams: {
    people: {
      request: { method: 'GET', url: `https://${host}/people` },
      record_selector: { path: '$.items[*]' },
      pagination: { type: 'link', next_path: 'next' },
      map: { type: 'person', external_id: 'id', data: { display_name: 'name', emails: 'mail' } },
      retry: { backoff: { initial_ms: 1 } },
    },
  },
};
let provider: Provider;

beforeAll(async () => {
  provider = await Provider.listen(host);
});
afterAll(() => provider?.close());
beforeEach(() => {
  provider.reset();
  let isBusy = true;
  provider.answer = ({ url }, response) => {
    const at = Number(new URL(url, 'https://x').searchParams.get('at') ?? 0);
    if (isBusy && at === 1) {
      isBusy = false;
      response.writeHead(429, { 'retry-after': '0' }).end();
      return;
    }
    const items = (pages[at] ?? []).map((id) => ({ id, name: `N ${id}`, mail: `${id}@a.example` }));
    json(response, 200, { items, ...(at < 2 ? { next: `/people?at=${String(at + 1)}` } : {}) });
  };
});

async function synced(checkpoint?: unknown): Promise<readonly TrialRecord[]> {
  const { manifest, bundle } = aProvider(connector);
  const records: TrialRecord[] = [];
  const request = {
    manifestText: JSON.stringify(manifest),
    bundle,
    config: {},
    overridesText: JSON.stringify(provider.override),
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
  await runTrial(request, (record) => records.push(record));
  return records;
}

describe('streams of an HTTP manifest in a sandbox', () => {
  it('become items, page by page, past an answer that says to wait', async () => {
    const records = await synced();
    expect(records.at(-1)).toMatchObject({ kind: 'end', outcome: 'completed' });
    expect(records.filter(({ kind }) => kind === 'item')).toMatchObject(
      pages.flat().map((externalId) => ({
        type: 'person',
        externalId,
        data: { display_name: `N ${externalId}`, emails: [`${externalId}@a.example`] },
      })),
    );
    expect(provider.received.map(({ url }) => url)).toEqual([
      '/people',
      '/people?at=1',
      '/people?at=1',
      '/people?at=2',
    ]);
  });

  it('go on where a run before broke off', async () => {
    const url = `https://${host}/people?at=2`;
    const records = await synced({ streams: { people: { position: { url } } } });
    expect(records.filter(({ kind }) => kind === 'item')).toMatchObject([{ externalId: 'd' }]);
    expect(provider.received.map((request) => request.url)).toEqual(['/people?at=2']);
  });
});

describe('other calls of an HTTP manifest in a sandbox', () => {
  it('tell of what a webhook has brought', async () => {
    const webhooks = {
      status: {
        verification: { scheme: 'none', reason: 'the provider has no signature' },
        correlate: { provider_job_id: 'fax.id' },
        status: 'fax.status',
        status_map: { ok: 'succeeded' },
      },
    };
    const call = {
      kind: 'webhook',
      name: 'status',
      payload: { fax: { id: 7, status: 'ok' } },
    } as const;
    const capabilities = ['send_fax', 'get_status', 'webhook'];
    const { end, told } = await trialOf(
      aProvider({ webhooks, capabilities }),
      {},
      [provider],
      call,
    );
    expect(end).toMatchObject({ outcome: 'completed' });
    expect(told).toContain('communication.StatusReported');
    expect(told).toContain('succeeded');
  });

  it('say that a provider refused a message although it answered well', async () => {
    const actions = {
      send_message: {
        method: 'POST',
        url: `https://${host}/messages`,
        body: { kind: 'json', json: { text: '{{ body }}' } },
        response: { success: { when: [{ path: 'ok', equals: true }] }, error: 'error' },
      },
    };
    provider.answer = (_request, response) =>
      json(response, 200, { ok: false, error: 'no_channel' });
    const changes = { categories: ['messaging'], capabilities: ['send_message'], actions };
    const call = { kind: 'message', message: { to: 'C1', body: 'Hi "there"' } } as const;
    const { end } = await trialOf(aProvider(changes), {}, [provider], call);
    expect(end).toMatchObject({
      outcome: 'completed',
      result: { status: 'failed', errorCode: 'no_channel' },
    });
    expect(JSON.parse(provider.last.body.toString())).toEqual({ text: 'Hi "there"' });
  });
});
