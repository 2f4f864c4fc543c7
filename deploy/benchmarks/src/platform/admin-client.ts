import { setTimeout as delay } from 'node:timers/promises';

export interface Run {
  readonly id: string;
  readonly state: string;
  readonly counts?: Readonly<Record<string, number>>;
}

/** A run still has work before it. */
const open = new Set(['queued', 'running', 'parked']);
/** Rarely, since every question costs the processes that are measured. */
const everyMs = 250;

/** The few calls of the admin API and the public API that a benchmark needs. */
export class AdminClient {
  readonly #managerUrl: string;
  readonly #gatewayUrl: string;
  readonly #key: string;

  constructor({
    managerUrl,
    gatewayUrl,
    key,
  }: Record<'managerUrl' | 'gatewayUrl' | 'key', string>) {
    this.#managerUrl = managerUrl;
    this.#gatewayUrl = gatewayUrl;
    this.#key = key;
  }

  /** Pushes a plugin, approves what its manifest asks for and activates it. */
  async install(manifest: string, sources: Readonly<Record<string, string>>): Promise<void> {
    const form = new FormData();
    form.append('manifest', new Blob([manifest], { type: 'application/json' }), 'plugin.json');
    for (const [path, source] of Object.entries(sources))
      form.append('source', new Blob([source], { type: 'text/plain' }), path);
    await this.#ask('POST', '/plugins', form);
    const { id, version, permissions }: { id: string; version: string; permissions: string[] } =
      JSON.parse(manifest);
    await this.#ask('POST', `/plugins/${id}/versions/${version}/approve`, {
      permissions,
      activate: true,
    });
  }

  /** Makes a connection; its first run begins by itself. */
  async connect(pluginId: string, config: object): Promise<string> {
    const body = { plugin_id: pluginId, name: pluginId, config };
    const { id } = await this.#ask<{ id: string }>('POST', '/connections', body);
    return id;
  }

  async configure(connectionId: string, config: object): Promise<void> {
    await this.#ask('PATCH', `/connections/${connectionId}`, { config });
  }

  async addRule(rule: object): Promise<void> {
    await this.#ask('POST', '/rules', rule);
  }

  /** Of the webhook without a name. */
  webhookUrl(connectionId: string): string {
    return new URL(`/webhooks/${connectionId}`, this.#gatewayUrl).href;
  }

  async sync(connectionId: string): Promise<Run> {
    const { run } = await this.#ask<{ run: Run }>('POST', `/connections/${connectionId}/sync`);
    return this.#completed(() => this.#ask<Run>('GET', `/runs/${run.id}`));
  }

  /** The newest run of a connection once it has ended. */
  firstRun(connectionId: string): Promise<Run> {
    return this.#completed(async () => {
      const { data } = await this.#ask<{ data: Run[] }>('GET', `/connections/${connectionId}/runs`);
      return data[0];
    });
  }

  /** How many entities of a connection a search finds. */
  async found(query: string, connectionId: string): Promise<number> {
    const url = `${this.#gatewayUrl}/search?limit=1&connection=${connectionId}&q=${encodeURIComponent(query)}`;
    const { total } = await this.#request<{ total: number }>(url, { method: 'GET' });
    return total;
  }

  async #completed(look: () => Promise<Run | undefined>): Promise<Run> {
    for (;;) {
      const run = await look();
      if (run !== undefined && !open.has(run.state)) {
        if (run.state === 'completed') return run;
        throw new Error(`the run ended as ${run.state}: ${JSON.stringify(run)}`);
      }
      await delay(everyMs);
    }
  }

  #ask<T>(method: string, path: string, body?: object): Promise<T> {
    const url = `${this.#managerUrl}${path}`;
    if (body === undefined) return this.#request<T>(url, { method });
    if (body instanceof FormData) return this.#request<T>(url, { method, body });
    return this.#request<T>(url, { method, body: JSON.stringify(body) }, 'application/json');
  }

  async #request<T>(url: string, init: RequestInit, contentType?: string): Promise<T> {
    const response = await fetch(url, {
      ...init,
      headers: {
        Authorization: `Bearer ${this.#key}`,
        ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${url} answered ${String(response.status)}: ${text}`);
    const body: T = text === '' ? undefined : JSON.parse(text);
    return body;
  }
}
