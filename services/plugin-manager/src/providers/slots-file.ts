import { RequestError } from '../errors.ts';
import type { ChangeSlot } from './change-slot.ts';
import type { ConfigureProvider } from './configure-provider.ts';
import { slotNames, type Settings, type SlotName } from './provider.ts';

/** One slot of a configuration file of Faxbot. */
export interface FileSlot {
  readonly plugin: string;
  readonly enabled: boolean;
  readonly settings: Settings;
}

/** The configuration file of Faxbot, version 1. */
export interface SlotsFile {
  readonly version: 1;
  readonly providers: Readonly<Partial<Record<SlotName, FileSlot>>>;
}

/** Who has which slot with what settings, as a file; credentials are not in it. */
export async function exportSlots(
  slots: ChangeSlot,
  configs: ConfigureProvider,
  spaceId: string,
): Promise<SlotsFile> {
  const entries = await Promise.all(
    (await slots.list(spaceId)).map(async ({ slot, plugin_id: pluginId }) => {
      if (pluginId === null) return [slot, { plugin: '', enabled: false, settings: {} }] as const;
      const { config } = await configs.show({ spaceId, pluginId });
      const settings = config?.settings ?? {};
      return [slot, { plugin: pluginId, enabled: true, settings }] as const;
    }),
  );
  return { version: 1, providers: Object.fromEntries(entries) };
}

/** Gives the slots to whom the file says, with its settings; one that is not enabled, or names nobody, becomes empty. */
export async function importSlots(
  slots: ChangeSlot,
  configs: ConfigureProvider,
  { spaceId, file }: { readonly spaceId: string; readonly file: SlotsFile },
): Promise<void> {
  const given = slotNames.flatMap((slot) => {
    const entry = file.providers[slot];
    return entry === undefined ? [] : [{ slot, ...entry }];
  });
  // All of it is looked at before anything of it is done.
  for (const { plugin: pluginId } of given)
    if (pluginId !== '') await configs.show({ spaceId, pluginId }).catch(missing(pluginId));
  for (const { slot, plugin: pluginId, enabled, settings } of given) {
    if (pluginId === '' || !enabled)
      await slots.change({ spaceId, slot, pluginId: null, expected: undefined });
    if (pluginId === '') continue;
    const wanted = enabled ? { enabled, slot, settings } : { settings };
    await configs.change({ spaceId, pluginId }, wanted);
  }
}

function missing(pluginId: string): (error: unknown) => never {
  return (error) => {
    const isMissing = error instanceof RequestError && error.status === 404;
    if (!isMissing) throw error;
    throw new RequestError(
      'provider.import',
      422,
      `the file names the plugin "${pluginId.slice(0, 128)}", which is not installed here; install it, and import the file again`,
    );
  };
}
