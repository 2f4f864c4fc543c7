import type { InvocationResult } from '@made-open/contracts';

/** What a plugin said to a condition. */
export type OperatorAnswer =
  | { readonly answer: boolean }
  | { readonly code: string; readonly message: string; readonly isPermanent: boolean };

const maxMessage = 500;

/** Nothing but true and false is an answer. */
export function readAnswer({ error, permanent, resultJson }: InvocationResult): OperatorAnswer {
  if (error !== undefined)
    return {
      code: storable(error.code) || 'rules.operator_failed',
      message: storable(error.message),
      isPermanent: permanent,
    };
  if (resultJson === 'true' || resultJson === 'false') return { answer: resultJson === 'true' };
  return {
    code: 'rules.operator_result',
    message: 'the operator must give true or false',
    isPermanent: true,
  };
}

/** PostgreSQL keeps no zero bytes; what a plugin throws may have some. */
function storable(text: string): string {
  return text.slice(0, maxMessage).replaceAll('\0', ' ').toWellFormed();
}
