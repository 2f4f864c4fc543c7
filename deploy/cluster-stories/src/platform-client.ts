import type { PluginFiles } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { adminHost, gatewayHost } from './ingress.ts';
import {
  headersOf,
  type IngressAnswer,
  type IngressClient,
  type IngressRequest,
} from './ingress-client.ts';
import type { InstalledPlatform } from './installed-platform.ts';

export interface Run {
  readonly id: string;
  readonly state: string;
  readonly plugin_version?: string;
  readonly counts?: Readonly<Record<string, number>>;
}

export interface RunnerRow {
  readonly plugin_id: string;
  readonly state: string;
  readonly wanted: number;
  readonly ready: number;
}

type Table = 'persons' | 'events' | 'messages' | 'documents';
type Ask = (url: string, asking: IngressRequest) => Promise<IngressAnswer>;

const open = new Set(['queued', 'running', 'parked']);
const patient = { timeoutMs: 180_000, everyMs: 250 };

/** Both APIs of an installed platform, as an operator uses them. */
export class PlatformClient {
  readonly #admin: string;
  readonly #gateway: string;
  readonly #key: string;
  readonly #ask: Ask;

  private constructor(admin: string, gateway: string, key: string, ask: Ask) {
    this.#admin = `${admin}/admin/v1`;
    this.#gateway = `${gateway}/v1`;
    this.#key = key;
    this.#ask = ask;
  }

  /** By the addresses of its services. */
  static async of(platform: InstalledPlatform): Promise<PlatformClient> {
    const [admin, gateway] = [platform.url('plugin-manager'), platform.url('channel-gateway')];
    return new PlatformClient(await admin, await gateway, await platform.adminKey(), askDirectly);
  }

  /** By the names that its ingress serves. */
  static async through(
    client: IngressClient,
    platform: InstalledPlatform,
  ): Promise<PlatformClient> {
    const ask: Ask = (url, asking) => client.ask(url, asking);
    const [admin, gateway] = [`https://${adminHost}`, `https://${gatewayHost}`];
    return new PlatformClient(admin, gateway, await platform.adminKey(), ask);
  }

  /** Pushes, approves what the manifest asks for, and activates. */
  async install(files: PluginFiles): Promise<string> {
    await this.push(files);
    return await this.approve(files);
  }

  async push({ manifest, sources }: PluginFiles): Promise<void> {
    const form = new FormData();
    form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'plugin.json');
    for (const [path, source] of Object.entries(sources))
      form.append('source', new Blob([source], { type: 'text/plain' }), path);
    const encoded = new Response(form);
    await this.#request('POST', `${this.#admin}/plugins`, {
      body: Buffer.from(await encoded.arrayBuffer()),
      contentType: encoded.headers.get('content-type') ?? '',
    });
  }

  /** What its manifest asks for, and activates it. */
  async approve({ manifest }: PluginFiles): Promise<string> {
    const { id, version, permissions } = JSON.parse(manifest);
    const approval = `${this.#admin}/plugins/${id}/versions/${version}/approve`;
    await this.#post(approval, { permissions, activate: true });
    return id;
  }

  async connect(pluginId: string, config: object): Promise<string> {
    const body = { plugin_id: pluginId, name: pluginId, config };
    return (await this.#post(`${this.#admin}/connections`, body)).id;
  }

  /** Asks for a sync, which may be one that waits or goes on already. */
  async sync(connection: string): Promise<Run> {
    return (await this.#post(`${this.#admin}/connections/${connection}/sync`, {})).run;
  }

  /** Newest first. */
  async runs(connection: string): Promise<readonly Run[]> {
    return (await this.#get(`${this.#admin}/connections/${connection}/runs`)).data;
  }

  /** A run once it has ended. */
  ended(run: Run): Promise<Run> {
    return eventually(async () => {
      const now: Run = await this.#get(`${this.#admin}/runs/${run.id}`);
      if (open.has(now.state)) throw new Error(`run ${JSON.stringify(now)} does not end`);
      return now;
    }, patient);
  }

  /** All runs once there are so many, and none is open; newest first. */
  settledRuns(connection: string, count = 1): Promise<readonly Run[]> {
    return eventually(async () => {
      const runs = await this.runs(connection);
      const isOpen = runs.some(({ state }) => open.has(state));
      if (runs.length < count || isOpen)
        throw new Error(`${String(runs.length)} runs: ${JSON.stringify(runs)}`);
      return runs;
    }, patient);
  }

  /** The newest run once there are so many, and none is open. */
  async settled(connection: string, count = 1): Promise<Run | undefined> {
    return (await this.settledRuns(connection, count))[0];
  }

  async runners(): Promise<readonly RunnerRow[]> {
    return (await this.#get(`${this.#admin}/runners`)).data;
  }

  /** External ids of all persons. */
  persons(): Promise<string[]> {
    return this.idsOf('persons');
  }

  /** External ids of all entities of a table, or of those that one connection brought. */
  async idsOf(table: Table, connection?: string): Promise<string[]> {
    const ids: string[] = [];
    const query = new URLSearchParams({ limit: '200' });
    if (connection !== undefined) query.set('connection', connection);
    for (;;) {
      const { data, next_cursor: next } = await this.#get(
        `${this.#gateway}/${table}?${query.toString()}`,
      );
      ids.push(
        ...data.map((entity: { source: { external_id: string } }) => entity.source.external_id),
      );
      if (typeof next !== 'string') return ids;
      query.set('cursor', next);
    }
  }

  async titles(query: string): Promise<string[]> {
    const { data } = await this.#get(`${this.#gateway}/search?q=${query}`);
    return data.map(({ title }: { title: string }) => title);
  }

  // eslint-disable-next-line typescript/no-explicit-any -- an answer of HTTP, which the expectations check
  #get(url: string): Promise<any> {
    return this.#request('GET', url);
  }

  // eslint-disable-next-line typescript/no-explicit-any -- an answer of HTTP, which the expectations check
  #post(url: string, body: object): Promise<any> {
    return this.#request('POST', url, { body: JSON.stringify(body) });
  }

  /** Waits when it asks too much. */
  // eslint-disable-next-line typescript/no-explicit-any -- an answer of HTTP, which the expectations check
  async #request(method: string, url: string, asking: IngressRequest = {}): Promise<any> {
    const answer = await this.#ask(url, { ...asking, method, key: this.#key });
    const { status, body, retryAfterSeconds } = answer;
    if (status === 429) {
      await sleep(retryAfterSeconds * 1000);
      return await this.#request(method, url, asking);
    }
    if (status >= 400) throw new Error(`${method} ${url}: ${String(status)} ${body}`);
    return body === '' ? undefined : JSON.parse(body);
  }
}

async function askDirectly(url: string, asking: IngressRequest): Promise<IngressAnswer> {
  const { method = 'GET', body } = asking;
  const response = await fetch(url, {
    method,
    headers: headersOf(asking),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  return {
    status: response.status,
    body: await response.text(),
    retryAfterSeconds: Number(response.headers.get('retry-after') ?? 0),
  };
}
