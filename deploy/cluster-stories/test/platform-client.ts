import type { PluginFiles } from '@made-open/sample';
import { eventually } from '@made-open/testing';
import type { InstalledPlatform } from '../src/index.ts';

export interface Run {
  readonly state: string;
  readonly counts?: Readonly<Record<string, number>>;
}

export interface RunnerRow {
  readonly plugin_id: string;
  readonly state: string;
  readonly wanted: number;
  readonly ready: number;
}

const open = new Set(['queued', 'running', 'parked']);

/** Both APIs of an installed platform, as an operator uses them. */
export class PlatformClient {
  readonly #admin: string;
  readonly #gateway: string;
  readonly #key: string;

  private constructor(admin: string, gateway: string, key: string) {
    this.#admin = admin;
    this.#gateway = gateway;
    this.#key = key;
  }

  static async of(platform: InstalledPlatform): Promise<PlatformClient> {
    const admin = `${await platform.url('plugin-manager')}/admin/v1`;
    const gateway = `${await platform.url('channel-gateway')}/v1`;
    return new PlatformClient(admin, gateway, await platform.adminKey());
  }

  /** Pushes, approves what the manifest asks for, and activates. */
  async install({ manifest, sources }: PluginFiles): Promise<string> {
    const form = new FormData();
    form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'plugin.json');
    for (const [path, source] of Object.entries(sources))
      form.append('source', new Blob([source], { type: 'text/plain' }), path);
    await this.#ask('POST', `${this.#admin}/plugins`, form);
    const { id, version, permissions } = JSON.parse(manifest);
    const approval = `${this.#admin}/plugins/${id}/versions/${version}/approve`;
    await this.#ask('POST', approval, { permissions, activate: true });
    return id;
  }

  async connect(pluginId: string, config: object): Promise<string> {
    const body = { plugin_id: pluginId, name: pluginId, config };
    return (await this.#ask('POST', `${this.#admin}/connections`, body)).id;
  }

  async sync(connection: string): Promise<void> {
    await this.#ask('POST', `${this.#admin}/connections/${connection}/sync`, {});
  }

  /** The newest run once there are so many, and none is open. */
  settled(connection: string, count = 1): Promise<Run> {
    return eventually(
      async () => {
        const { data } = await this.#ask('GET', `${this.#admin}/connections/${connection}/runs`);
        const runs: readonly Run[] = data;
        const [run] = runs;
        if (run === undefined || runs.length < count || open.has(run.state))
          throw new Error(`${String(runs.length)} runs, the last: ${JSON.stringify(run)}`);
        return run;
      },
      { timeoutMs: 180_000 },
    );
  }

  async runners(): Promise<readonly RunnerRow[]> {
    return (await this.#ask('GET', `${this.#admin}/runners`)).data;
  }

  /** External ids of all persons. */
  async persons(): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor = ''; ;) {
      const path = `${this.#gateway}/persons?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { data, next_cursor: next } = await this.#ask('GET', path);
      ids.push(
        ...data.map((person: { source: { external_id: string } }) => person.source.external_id),
      );
      if (typeof next !== 'string') return ids;
      cursor = encodeURIComponent(next);
    }
  }

  async titles(query: string): Promise<string[]> {
    const { data } = await this.#ask('GET', `${this.#gateway}/search?q=${query}`);
    return data.map(({ title }: { title: string }) => title);
  }

  // eslint-disable-next-line typescript/no-explicit-any -- an answer of HTTP, which the expectations check
  async #ask(method: string, url: string, body?: object): Promise<any> {
    const isForm = body instanceof FormData;
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${url}: ${String(response.status)} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}
