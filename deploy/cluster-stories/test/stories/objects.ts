import { eventually } from '@made-open/testing';
import { parseAllDocuments } from 'yaml';
import { type InstalledPlatform, podsOf } from '../../src/index.ts';

const backWithinMs = 300_000;

export function describeObjects(installed: () => InstalledPlatform): void {
  it('is made of objects that the API server takes, each field of them', async () => {
    const platform = installed();
    const rendered = await platform.render();
    const dryRun = ['apply', '--dry-run=server', '--validate=strict', '--filename=-'];
    // Some name a namespace of their own, which kubectl takes where it is told of none.
    const taken = (await platform.cluster.kubectl(dryRun, rendered)).trim().split('\n');
    const count = parseAllDocuments(rendered).filter(({ contents }) => contents !== null).length;
    expect(taken.filter((line) => line.endsWith('(server dry run)'))).toHaveLength(count);
    const misspelt = rendered.replace('revisionHistoryLimit:', 'revisionHistoryLimits:');
    await expect(platform.cluster.kubectl(dryRun, misspelt)).rejects.toThrow(
      'revisionHistoryLimits',
    );
  });

  it(
    'comes back when all pods of its services are deleted at once',
    async () => {
      const platform = installed();
      const services = 'app.kubernetes.io/component notin (nats, postgres, setup, secrets, check)';
      const before = await podsOf(platform);
      const deleted = ['delete', 'pods', `--selector=${services}`, '--wait=false'];
      await platform.kubectl([...deleted, '--grace-period=1']);
      await eventually(
        async () => {
          const after = await podsOf(platform);
          expect(after.map(({ component }) => component)).toEqual(
            before.map(({ component }) => component),
          );
          expect(after.every(({ isReady }) => isReady)).toBe(true);
          const names = new Set(before.map(({ name }) => name));
          expect(after.filter(({ name }) => names.has(name)).map((pod) => pod.component)).toEqual([
            'nats',
            'postgres',
          ]);
        },
        { timeoutMs: backWithinMs, everyMs: 1000 },
      );
      expect(await platform.helm(['test', platform.release])).toContain('Succeeded');
    },
    backWithinMs + 180_000,
  );
}
