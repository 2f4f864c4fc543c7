import { missingParts } from '@made-open/test-cluster';
import {
  type IngressClient,
  InstalledPlatform,
  OutsideWorld,
  PlatformClient,
  prepareIngress,
} from '../src/index.ts';
import { describeAccounts } from './stories/accounts.ts';
import { describeBursts } from './stories/bursts.ts';
import { describeIngress } from './stories/ingress.ts';
import { describeMainJob } from './stories/main-job.ts';
import { describeMemory } from './stories/memory.ts';
import { describeObjects } from './stories/objects.ts';
import { describePluginUpgrades } from './stories/plugin-upgrades.ts';
import { describeServices } from './stories/services.ts';
import { describeUpgrades } from './stories/upgrades.ts';

const wholeMs = 2_400_000;
const missing = await missingParts();
const title = 'the platform, installed by its chart';
const describeInCluster = missing.length === 0 ? describe : describe.skip;

/** One cluster and one installation for all stories, which therefore leave it as they found it; upgrades come last. */
describeInCluster(
  missing.length === 0 ? title : `${title} (no cluster: ${missing.join('; ')})`,
  () => {
    let platform: InstalledPlatform | undefined;
    let ingress: IngressClient | undefined;
    let world: OutsideWorld | undefined;
    let apis: PlatformClient | undefined;

    function installed(): InstalledPlatform {
      if (platform === undefined) throw new Error('the platform was not installed');
      return platform;
    }

    function client(): IngressClient {
      if (ingress === undefined) throw new Error('there is no client of the ingress');
      return ingress;
    }

    function outside(): OutsideWorld {
      if (world === undefined) throw new Error('there is no outside world');
      return world;
    }

    function api(): PlatformClient {
      if (apis === undefined) throw new Error('there is no client of the APIs');
      return apis;
    }

    beforeAll(async () => {
      world = await OutsideWorld.start();
      platform = await InstalledPlatform.prepare();
      await platform.cluster.kubectl(['create', 'namespace', platform.namespace]);
      const enforce = 'pod-security.kubernetes.io/enforce=restricted';
      await platform.cluster.kubectl(['label', 'namespace', platform.namespace, enforce]);
      const prepared = await prepareIngress(platform);
      ingress = prepared.client;
      await platform.install({ ...prepared.values, ...(await world.openTo(platform)) });
      apis = await PlatformClient.through(ingress, platform);
    }, wholeMs);
    afterAll(async () => {
      ingress?.close();
      await world?.stop();
      await platform?.stop();
    });

    describe('services', () => describeServices(installed));
    describe('memory', () => describeMemory(installed));
    describe('accounts', () => describeAccounts(installed));
    describe('ingress', () => describeIngress(installed, client));
    describe('objects', () => describeObjects(installed));
    describe('the main job', () => describeMainJob(api, outside));
    describe('a burst of syncs', () => describeBursts(installed, api, outside));
    describe('an upgrade of a plugin', () => describePluginUpgrades(api, outside));
    describe('upgrades', () => describeUpgrades(installed, client));
  },
);
