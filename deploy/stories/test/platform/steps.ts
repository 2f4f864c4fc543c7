import { eventually } from '@made-open/testing';
import type { PluginFiles } from '@made-open/sample';
import type { ApiClient, Run } from './api-client.ts';

/** Pushes a plugin's manifest and sources as `curl -F` does. */
export async function push(
  admin: ApiClient,
  files: PluginFiles,
): Promise<{ id: string; version: string; permissions_required: string[] }> {
  const form = new FormData();
  form.append('manifest', new Blob([files.manifest], { type: 'application/json' }), 'plugin.json');
  for (const [path, source] of Object.entries(files.sources))
    form.append('source', new Blob([source], { type: 'text/plain' }), path);
  const { body } = await admin.request('POST', '/plugins', form);
  return body as { id: string; version: string; permissions_required: string[] };
}

/** Pushes, approves what the manifest asks for, and activates. */
export async function install(admin: ApiClient, files: PluginFiles): Promise<string> {
  const { permissions, id, version } = JSON.parse(files.manifest) as {
    permissions: string[];
    id: string;
    version: string;
  };
  await push(admin, files);
  await admin.post(`/plugins/${id}/versions/${version}/approve`, { permissions, activate: true });
  return id;
}

export async function connect(
  admin: ApiClient,
  pluginId: string,
  config: Record<string, unknown>,
): Promise<string> {
  const connection = await admin.post<{ id: string }>('/connections', {
    plugin_id: pluginId,
    name: pluginId,
    config,
  });
  return connection.id;
}

const open = new Set(['queued', 'running', 'parked']);

/** The newest run of a connection once none is open. */
export async function settledRun(
  admin: ApiClient,
  connectionId: string,
  timeoutMs = 90_000,
): Promise<Run> {
  return eventually(
    async () => {
      const [run] = (await admin.get<{ data: Run[] }>(`/connections/${connectionId}/runs`)).data;
      if (run === undefined || open.has(run.state))
        throw new Error(`run is ${run?.state ?? 'not there yet'}: ${JSON.stringify(run)}`);
      return run;
    },
    { timeoutMs },
  );
}

/** Asks for a sync and waits until that run has ended. */
export async function sync(
  admin: ApiClient,
  connectionId: string,
  timeoutMs = 90_000,
): Promise<Run> {
  const { run } = await admin.post<{ run: Run }>(`/connections/${connectionId}/sync`);
  return eventually(
    async () => {
      const now = await admin.get<Run>(`/runs/${run.id}`);
      if (open.has(now.state)) throw new Error(`run is ${now.state}`);
      return now;
    },
    { timeoutMs },
  );
}

/** A stored file as the public API gives it. */
export async function fileContent(
  { gatewayUrl, key }: { readonly gatewayUrl: string; readonly key: string },
  fileId: unknown,
): Promise<{ contentType: string | null; content: Buffer }> {
  const response = await fetch(`${gatewayUrl}/files/${String(fileId)}`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  if (!response.ok) throw new Error(`${String(response.status)} ${await response.text()}`);
  const content = Buffer.from(await response.arrayBuffer());
  return { contentType: response.headers.get('Content-Type'), content };
}
