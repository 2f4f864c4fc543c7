import { cursor, limitUpTo, type Parameter } from '../../parameters/parameter.ts';
import { outboundStates, type OutboundState } from '../outbound.ts';

const state: Parameter<OutboundState | undefined> = {
  name: 'state',
  description: `Only what is in this state: ${outboundStates.join(', ')}.`,
  schema: { enum: [...outboundStates] },
  example: 'failed',
  fallback: undefined,
  read: (text) => outboundStates.find((known) => known === text),
  rule: `must be one of ${outboundStates.join(', ')}`,
};

export const outboundParameters = { limit: limitUpTo(200, 50), cursor, state } as const;
