import type { AuditEntry } from '../../src/audit/audit-entry.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { Vault } from '../../src/vault/vault.ts';
import { pluginId } from '../builders.ts';

export const anEntry = (outcome: string, spaceId = 'default'): AuditEntry => ({
  spaceId,
  who: pluginId,
  action: 'deliver',
  connectionId: 'c1',
  outcome,
});

/** What the audit of every Vault does; `vault` is the one of the test, which holds nothing yet. */
export function auditContract(vault: () => Vault): void {
  describe('the audit', () => {
    const append = (outcome: string, spaceId?: string) =>
      vault().transaction(({ audit }) => audit.append(anEntry(outcome, spaceId)));

    it('numbers the records of each space without gaps, whoever appends at the same moment', async () => {
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => append(String(index), `s${index % 2}`)),
      );
      for (const space of ['s0', 's1']) {
        const records = await vault().transaction(({ audit }) => audit.read(space, 0, 100));
        expect(records.map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: 20 }, (_, index) => index + 1),
        );
        expect(records[0]).toMatchObject({ spaceId: space, who: pluginId, connectionId: 'c1' });
      }
      expect(
        (await verifyAudit(vault())).map(({ brokenAt, head }) => [head.sequence, brokenAt]),
      ).toEqual([
        [20, undefined],
        [20, undefined],
      ]);
    });

    it('is read in pages', async () => {
      for (const outcome of ['a', 'b', 'c', 'd']) await append(outcome);
      const page = await vault().transaction(({ audit }) => audit.read('default', 1, 2));
      expect(page.map(({ outcome }) => outcome)).toEqual(['b', 'c']);
    });

    it('is whole when there is none', async () => {
      expect(await verifyAudit(vault())).toEqual([]);
    });
  });
}
