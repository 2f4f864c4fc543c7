import { missingParts } from '@made-open/test-cluster';
import { type IngressClient, InstalledPlatform, prepareIngress } from '../src/index.ts';
import { describeAccounts } from './stories/accounts.ts';
import { describeIngress } from './stories/ingress.ts';
import { describeMemory } from './stories/memory.ts';
import { describeObjects } from './stories/objects.ts';
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

    function installed(): InstalledPlatform {
      if (platform === undefined) throw new Error('the platform was not installed');
      return platform;
    }

    function client(): IngressClient {
      if (ingress === undefined) throw new Error('there is no client of the ingress');
      return ingress;
    }

    beforeAll(async () => {
      platform = await InstalledPlatform.prepare();
      await platform.cluster.kubectl(['create', 'namespace', platform.namespace]);
      const enforce = 'pod-security.kubernetes.io/enforce=restricted';
      await platform.cluster.kubectl(['label', 'namespace', platform.namespace, enforce]);
      const prepared = await prepareIngress(platform);
      ingress = prepared.client;
      await platform.install(prepared.values);
    }, wholeMs);
    afterAll(async () => {
      ingress?.close();
      await platform?.stop();
    });

    describe('services', () => describeServices(installed));
    describe('memory', () => describeMemory(installed));
    describe('accounts', () => describeAccounts(installed));
    describe('ingress', () => describeIngress(installed, client));
    describe('objects', () => describeObjects(installed));
    describe('upgrades', () => describeUpgrades(installed, client));
  },
);
