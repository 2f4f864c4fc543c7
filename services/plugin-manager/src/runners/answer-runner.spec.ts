import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { Profile } from '../profile/profile.ts';
import { assignment } from './answer-runner.ts';

const unfit = [
  { permissions: ['network:outbound:http://api.example.com'] },
  { permissions: ['network:inbound'], webhooks: [{ name: 'status', verify: 'none' }] },
];

describe('assignment', () => {
  it.each(unfit)('hands out no version that does not fit the profile: %j', async (changes) => {
    const plugins = new MemoryPluginStore();
    const given = aVersion(changes);
    await plugins.add(given);
    const { id: pluginId, version } = given.manifest;
    const overrides = { jsonFor: () => '{}' };
    const of = (name: 'hipaa' | 'standard') =>
      assignment({ plugins, overrides, profile: new Profile(name) }, { pluginId, version });
    await expect(of('hipaa')).rejects.toMatchObject({ code: 'profile.version' });
    expect(await of('standard')).toMatchObject({ pluginId, version, superseded: true });
  });
});
