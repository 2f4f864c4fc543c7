import { MemoryVault } from '../vault/memory-vault.ts';
import type { AuditRecord } from './audit-entry.ts';
import { verifyAudit } from './verify-audit.ts';

async function aVault(count: number): Promise<MemoryVault> {
  const vault = new MemoryVault();
  for (let index = 1; index <= count; index++)
    await vault.transaction(({ audit }) =>
      audit.append({
        spaceId: 's',
        who: 'com.example.a',
        action: 'deliver',
        connectionId: 'c1',
        outcome: `run ${String(index)}`,
      }),
    );
  return vault;
}

describe('verifyAudit', () => {
  it('finds a whole chain whole, over pages', async () => {
    const [verdict] = await verifyAudit(await aVault(1203));
    expect(verdict).toMatchObject({ spaceId: 's', brokenAt: undefined, head: { sequence: 1203 } });
  });

  it.each<[string, number, (records: AuditRecord[]) => void]>([
    [
      'a changed outcome',
      3,
      (records) => records.splice(2, 1, { ...at(records, 2), outcome: 'x' }),
    ],
    [
      'a changed time',
      3,
      (records) => records.splice(2, 1, { ...at(records, 2), at: new Date(0) }),
    ],
    ['a changed plugin', 1, (records) => records.splice(0, 1, { ...at(records, 0), who: 'b' })],
    ['a removed record', 3, (records) => records.splice(2, 1)],
    ['a removed beginning', 1, (records) => records.splice(0, 2)],
    ['a cut-off end', 5, (records) => records.splice(4)],
    ['no record at all', 1, (records) => records.splice(0)],
    [
      'two that changed places',
      2,
      (records) => records.splice(1, 2, at(records, 2), at(records, 1)),
    ],
    [
      'two that changed contents',
      2,
      (records) => {
        const [second, third] = [at(records, 1), at(records, 2)];
        records.splice(1, 2, { ...third, sequence: 2 }, { ...second, sequence: 3 });
      },
    ],
    ['a doubled record', 4, (records) => records.splice(3, 0, at(records, 2))],
  ])('finds %s', async (_, brokenAt, tamper) => {
    const vault = await aVault(6);
    tamper(vault.rows.audit.get('s') ?? []);
    expect(await verifyAudit(vault)).toMatchObject([{ brokenAt }]);
  });

  it('finds a head that was removed or put back', async () => {
    const vault = await aVault(6);
    const [record] = vault.rows.audit.get('s') ?? [];
    if (record !== undefined) vault.rows.auditHeads.set('s', { ...record, hash: 'x' });
    expect(await verifyAudit(vault)).toMatchObject([{ brokenAt: 1 }]);
    vault.rows.auditHeads.delete('s');
    expect(await verifyAudit(vault)).toMatchObject([{ brokenAt: 1 }]);
  });
});

function at(records: readonly AuditRecord[], index: number): AuditRecord {
  const record = records[index];
  if (record === undefined) throw new Error(`there is no record ${String(index)}`);
  return record;
}
