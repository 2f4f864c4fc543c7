import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(
  new URL('../../../libs/plugin-sdk-python/tools/build-runtime.ts', import.meta.url),
);

/** Folder of the built Python; built now where that has not happened yet. */
export function pythonRuntime(): string {
  return execFileSync(process.execPath, [tool], { encoding: 'utf8' }).trim();
}

/** The bundle of a plugin of one module. */
export function pythonBundle(source: string): string {
  return JSON.stringify({ entry: 'plugin_module', modules: { plugin_module: { source } } });
}

/** A connector whose `sync` has this body. */
export function pythonConnector(sync: string, head = ''): string {
  const body = sync.trim().replaceAll(/^/gmu, '        ');
  return pythonBundle(`
from madeopen_plugin import ConnectorPlugin
${head}

class Attack(ConnectorPlugin):
    async def sync(self, context):
${body}
        if False:
            yield {}

    def map_to_unified_model(self, raw):
        return raw
`);
}
