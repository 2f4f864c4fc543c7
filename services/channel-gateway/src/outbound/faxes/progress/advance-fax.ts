import { uuidv7 } from 'uuidv7';
import type { Connection } from '../../../connections/connection.ts';
import { carryOut } from '../../sending/carry-out.ts';
import type { LockedOutbound } from '../../storage/outbound-store.ts';
import type { Fax } from '../fax.ts';
import { askCommand } from './ask-command.ts';
import { pollFax, postponePoll } from './poll-fax.ts';

/** Asks the provider of a fax how it stands, or gives up. */
export async function advanceFax(
  locked: LockedOutbound,
  fax: Fax,
  connection: Connection | undefined,
): Promise<void> {
  const { now } = locked;
  if (connection?.state !== 'active') return carryOut(locked, postponePoll(fax, now));
  const { step, question } = pollFax(fax, uuidv7(), now);
  const commands = question === undefined ? [] : [askCommand(fax, question, { connection, now })];
  return carryOut(locked, step, commands);
}
