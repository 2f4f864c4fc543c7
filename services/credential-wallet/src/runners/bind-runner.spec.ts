import { randomBytes } from 'node:crypto';
import { aTicket, pluginId } from '../../test/builders.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { announceTicket } from './announce-ticket.ts';
import { bindRunner } from './bind-runner.ts';

const publicKey = randomBytes(32);

describe('bindRunner', () => {
  it('binds the key of who shows the ticket, and notes who was refused', async () => {
    const vault = new MemoryVault();
    const { ticket, ticketHash } = aTicket();
    await announceTicket(vault, { pluginId, ticketHash, expiresInSeconds: 60 });
    const runnerId = await bindRunner(vault, pluginId, { ticket, publicKey });
    await expect(
      bindRunner(vault, pluginId, { ticket, publicKey: randomBytes(32) }),
    ).rejects.toMatchObject({ code: 'wallet.ticket_refused', retry: 'never' });
    expect(vault.rows.runners.get(runnerId)).toMatchObject({ pluginId, publicKey });
    expect(vault.rows.audit.get('')?.map(({ outcome }) => outcome)).toEqual([
      runnerId,
      'refused: wallet.ticket_refused',
    ]);
  });

  it('keeps nothing of the ticket itself', async () => {
    const vault = new MemoryVault();
    const { ticket, ticketHash } = aTicket();
    await announceTicket(vault, { pluginId, ticketHash, expiresInSeconds: 60 });
    await bindRunner(vault, pluginId, { ticket, publicKey });
    expect(JSON.stringify(Object.values(vault.rows).map((rows) => [...rows]))).not.toContain(
      ticket,
    );
  });

  it.each([0, 31, 33])('refuses a key of %i bytes', async (bytes) => {
    await expect(
      bindRunner(new MemoryVault(), pluginId, { ticket: 't', publicKey: randomBytes(bytes) }),
    ).rejects.toMatchObject({ code: 'wallet.invalid_request' });
  });
});

describe('announceTicket', () => {
  it.each([
    ['a hash of another form', { ticketHash: 'abc' }],
    ['no lifetime', { expiresInSeconds: 0 }],
    ['a long lifetime', { expiresInSeconds: 86_400 }],
    ['no plugin', { pluginId: '' }],
  ])('refuses %s', async (_, change) => {
    const request = { pluginId, ticketHash: aTicket().ticketHash, expiresInSeconds: 60, ...change };
    await expect(announceTicket(new MemoryVault(), request)).rejects.toMatchObject({
      code: 'wallet.invalid_request',
    });
  });
});
