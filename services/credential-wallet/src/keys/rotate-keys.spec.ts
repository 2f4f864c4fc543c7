import { anOwner, keyRing, kekFile } from '../../test/builders.ts';
import { decrypt, encrypt } from '../secrets/envelope.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { CheckKeys } from './check-keys.ts';
import { FileKeyProvider } from './file-key-provider.ts';
import { parseKeyRing } from './key-ring.ts';
import { listKeys } from './list-keys.ts';
import { RotateKeys } from './rotate-keys.ts';

const count = 250;
const idOf = (index: number): string => `c${String(index).padStart(4, '0')}`;

/** Values under k1, and a ring in which k2 has become the active key. */
async function aRotation() {
  const vault = new MemoryVault();
  const ring = parseKeyRing(kekFile('k2', 'k1'));
  const old = new FileKeyProvider(ring);
  await new CheckKeys(vault, old).requireActive();
  for (let index = 0; index < count; index++) {
    const owner = anOwner({ connectionId: idOf(index) });
    const envelope = await encrypt(old, owner, `value ${String(index)}`);
    await vault.transaction(({ secrets }) => secrets.put(owner, envelope));
  }
  const keys = new FileKeyProvider({ ...ring, active: 'k2' });
  const rotate = new RotateKeys({ vault, keys, checkKeys: new CheckKeys(vault, keys) });
  const newKeyAlone = new FileKeyProvider({
    active: 'k2',
    keys: new Map([...ring.keys].filter(([id]) => id === 'k2')),
  });
  return { vault, keys, rotate, newKeyAlone };
}

describe('RotateKeys', () => {
  it('wraps everything under the active key, tells how far it is, and then finds nothing to do', async () => {
    const { vault, rotate, newKeyAlone } = await aRotation();
    const left: number[] = [];
    const report = await rotate.run((progress) => left.push(progress.left));
    expect(report).toEqual({ activeId: 'k2', rewrapped: count, failed: [], left: 0 });
    expect(left).toEqual([150, 50, 0]);
    for (const { owner, envelope } of vault.rows.secrets.values())
      expect(envelope && (await decrypt(newKeyAlone, owner, envelope))).toBe(
        `value ${String(Number(owner.connectionId.slice(1)))}`,
      );
    expect(await rotate.run()).toMatchObject({ rewrapped: 0, left: 0 });
    expect(vault.rows.audit.get('')?.map(({ outcome }) => outcome)).toEqual([
      '250 rewrapped under k2',
    ]);
  });

  it('goes on with what is left when it was ended', async () => {
    const { rotate } = await aRotation();
    const ending = new AbortController();
    const first = await rotate.run(() => ending.abort(), ending.signal);
    expect(first).toMatchObject({ rewrapped: 100, left: 150 });
    expect(await rotate.run()).toMatchObject({ rewrapped: 150, left: 0 });
  });

  it('leaves alone what was put anew meanwhile', async () => {
    const { vault, keys, rotate } = await aRotation();
    const owner = anOwner({ connectionId: idOf(200), revision: 2 });
    let isPut = false;
    const report = await rotate.run(() => {
      if (isPut) return;
      isPut = true;
      void encrypt(keys, owner, 'newer').then((envelope) =>
        vault.transaction(({ secrets }) => secrets.put(owner, envelope)),
      );
    });
    expect(report).toMatchObject({ failed: [], left: 0 });
    const stored = vault.rows.secrets.get(idOf(200));
    expect(stored?.owner.revision).toBe(2);
    expect(stored?.envelope && (await decrypt(keys, owner, stored.envelope))).toBe('newer');
  });

  it('passes over what does not open, names it, and changes nothing of it', async () => {
    const { vault, rotate } = await aRotation();
    const row = vault.rows.secrets.get(idOf(3));
    if (row?.envelope === undefined) throw new Error('there is none');
    const changed = { ...row.envelope, wrapped: Buffer.alloc(60) };
    vault.rows.secrets.set(idOf(3), { ...row, envelope: changed });
    const lost = vault.rows.secrets.get(idOf(4));
    if (lost?.envelope === undefined) throw new Error('there is none');
    vault.rows.secrets.set(idOf(4), { ...lost, envelope: { ...lost.envelope, kekId: 'gone' } });
    expect(await rotate.run()).toEqual({
      activeId: 'k2',
      rewrapped: count - 2,
      failed: [
        { connectionId: idOf(3), code: 'wallet.secret_tampered' },
        { connectionId: idOf(4), code: 'wallet.kek_unavailable' },
      ],
      left: 2,
    });
    expect(vault.rows.secrets.get(idOf(3))?.envelope).toEqual(changed);
  });

  it('rewraps nothing under another key of the same name', async () => {
    const { vault } = await aRotation();
    const own = new FileKeyProvider(keyRing('k2'));
    await new CheckKeys(vault, own).requireActive();
    const other = new FileKeyProvider(keyRing('k1', 'k2'));
    const rotate = new RotateKeys({ vault, keys: other, checkKeys: new CheckKeys(vault, other) });
    await expect(rotate.run()).rejects.toMatchObject({ code: 'wallet.kek_unavailable' });
  });
});

describe('listKeys', () => {
  it('tells which key may be removed, and only then', async () => {
    const { vault, keys, rotate } = await aRotation();
    expect(await listKeys(vault, keys)).toEqual([
      { id: 'k1', isActive: false, secrets: count, mayBeRemoved: false },
      { id: 'k2', isActive: true, secrets: 0, mayBeRemoved: false },
    ]);
    await rotate.run();
    expect(await listKeys(vault, keys)).toEqual([
      { id: 'k1', isActive: false, secrets: 0, mayBeRemoved: true },
      { id: 'k2', isActive: true, secrets: count, mayBeRemoved: false },
    ]);
  });

  it('names what is lost with a key', async () => {
    const { vault } = await aRotation();
    const [lost] = await listKeys(vault, new FileKeyProvider(keyRing('k3')));
    expect(lost).toMatchObject({ id: 'k1', fault: expect.stringContaining('not in KEK_FILE') });
    expect(lost?.connections).toHaveLength(count);
  });
});
