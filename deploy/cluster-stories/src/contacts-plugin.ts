import { samplePlugin, type PluginFiles } from '@made-open/sample';

/** The sample connector under an id of its own, with what else its manifest is to say. */
export function contactsPlugin(id: string, manifest: object): PluginFiles {
  const sample = samplePlugin();
  const source = sample.sources['src/index.ts'] ?? '';
  const { id: sampleId, ...rest } = JSON.parse(sample.manifest);
  return {
    manifest: JSON.stringify({ id, ...rest, ...manifest }),
    sources: { 'src/index.ts': source.replaceAll(sampleId, id) },
  };
}
