import { connection, cursor, limitUpTo, type Parameter } from '../../../parameters/parameter.ts';
import { faxStates, type FaxState } from '../fax.ts';

const state: Parameter<FaxState | undefined> = {
  name: 'state',
  description: `Only faxes in this state: ${faxStates.join(', ')}.`,
  schema: { enum: [...faxStates] },
  example: 'failed',
  fallback: undefined,
  read: (text) => faxStates.find((known) => known === text),
  rule: `must be one of ${faxStates.join(', ')}`,
};

export const faxParameters = {
  limit: limitUpTo(200, 50),
  cursor,
  state,
  connection: { ...connection, description: 'Only faxes that went through this connection.' },
} as const;
