import { aManifest } from '../../../test/contracts/seed-plugin.ts';
import { memoryParts } from '../../../test/platform/memory-parts.ts';
import { aProvider } from '../../../test/providers/a-provider.ts';
import { RegisterPlugin } from '../../plugins/register-plugin.ts';
import { ChangeSlot } from '../change-slot.ts';
import { ConfigureProvider } from '../configure-provider.ts';
import type { FileSlot, SlotName } from '../provider.ts';
import type { SlotsFile } from './slots-file.ts';
import { TransferSlots } from './transfer-slots.ts';

const spaceId = 'default';
const nobody: FileSlot = { plugin: null, enabled: false, settings: {} };
const fileOf = (slots: Partial<Record<SlotName, FileSlot>>): SlotsFile => ({
  version: 1,
  providers: { outbound: nobody, inbound: nobody, storage: nobody, auth: nobody, ...slots },
});

async function subject() {
  const parts = memoryParts();
  const configs = new ConfigureProvider(parts);
  const { plugins, providers } = parts;
  const slots = new ChangeSlot(configs, providers);
  const install = async (id: string) => {
    const manifest = {
      ...aProvider,
      id,
      provider: { slots: ['outbound', 'inbound'] },
      actions: [{ name: 'send_fax' }, { name: 'receive_fax' }],
    };
    const files = new Map([['index.ts', 'export const plugin = {};']]);
    const push = { manifestText: aManifest(manifest), files, bundle: undefined };
    await new RegisterPlugin(plugins).register(push);
    await plugins.activate(id, { version: '0.1.0', name: id });
  };
  await install('one');
  await install('two');
  return { configs, slots, providers, files: new TransferSlots({ slots, configs, providers }) };
}

describe('a configuration file of Faxbot', () => {
  it('with nobody in it is taken, and comes back as it was', async () => {
    const { files } = await subject();
    const first = fileOf({ storage: { plugin: 'local', enabled: true, settings: {} } });
    expect(await files.import(spaceId, first)).toEqual([expect.stringContaining('storage')]);
    expect(await files.export(spaceId)).toEqual(first);
  });

  it('comes back with all of its slots, whether they are enabled or not', async () => {
    const { files, configs } = await subject();
    const whole = fileOf({
      outbound: { plugin: 'one', enabled: true, settings: { pages: 4 } },
      inbound: { plugin: 'two', enabled: false, settings: { region: 'us' } },
      storage: { plugin: 'elsewhere', enabled: false, settings: { bucket: 'b' } },
    });
    const settings = { region: 'us' };
    await configs.change(
      { spaceId, pluginId: 'one' },
      { enabled: true, slot: 'inbound', settings },
    );
    const notes = await files.import(spaceId, whole);
    expect(notes).toEqual([expect.stringContaining('"elsewhere" is not installed')]);
    expect(await files.export(spaceId)).toEqual(whole);
  });

  it('gives a plugin of two slots the settings of both in one change', async () => {
    const { files, providers } = await subject();
    const both = fileOf({
      outbound: { plugin: 'one', enabled: true, settings: { pages: 4 } },
      inbound: { plugin: 'one', enabled: true, settings: { region: 'us' } },
    });
    await files.import(spaceId, both);
    const settings = { pages: 4, region: 'us' };
    const pluginId = 'one';
    expect(await providers.find({ spaceId, pluginId })).toMatchObject({ settings, revision: 1 });
    expect(await providers.slots(spaceId)).toMatchObject([
      { holder: { pluginId } },
      { holder: { pluginId } },
      { holder: undefined },
      { holder: undefined },
    ]);
  });

  it.each<[string, Partial<Record<SlotName, FileSlot>>, string]>([
    [
      'a secret',
      { inbound: { plugin: 'two', enabled: false, settings: { api_key: 'k' } } },
      'secret',
    ],
    [
      'a secret of a plugin that is not here',
      { auth: { plugin: 'else', enabled: false, settings: { password: 'k' } } },
      'secret',
    ],
    [
      'a wrong value',
      { inbound: { plugin: 'two', enabled: true, settings: { pages: 'x' } } },
      'fit',
    ],
    [
      'a plugin that is not here',
      { auth: { plugin: 'else', enabled: true, settings: {} } },
      'else',
    ],
    ['a wrong slot', { storage: { plugin: 'two', enabled: true, settings: {} } }, 'slot storage'],
    [
      'two values of one setting',
      { inbound: { plugin: 'one', enabled: true, settings: { pages: 2 } } },
      'different values',
    ],
  ])('changes nothing where it has %s', async (_, slots, message) => {
    const { files } = await subject();
    const outbound = { plugin: 'one', enabled: true, settings: { pages: 1 } };
    const before = await files.export(spaceId);
    const refused = files.import(spaceId, fileOf({ outbound, ...slots }));
    await expect(refused).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining(message),
    });
    expect(await files.export(spaceId)).toEqual(before);
  });
});
