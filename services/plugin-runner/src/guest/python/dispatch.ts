import { GuestError } from '../guest-error.ts';
import type { HostCalls } from '../host-calls.ts';
import { apply, get, parse, stringify } from '../primordials.ts';
import type { Dispatch } from './python.ts';

/** Methods that the host knows by the same name. */
const asked = ['query', 'getById', 'saveFile'];

/** Calls of Python's context, by the same functions that a context in JavaScript has. */
export function dispatcher(calls: HostCalls, contextOf: () => object | undefined): Dispatch {
  return async (method, argumentsText) => {
    const given: unknown = parse(argumentsText);
    if (method === 'http') {
      const { text, ...head } = await calls.http(given);
      return { value: stringify(head), body: text };
    }
    const value = asked.includes(method)
      ? await calls.ask(method, given)
      : await ofContext(method, contextOf(), given);
    return { value: stringify(value) ?? 'null', body: '' };
  };
}

function ofContext(method: string, context: object | undefined, given: unknown): unknown {
  const argument = (name: string): unknown =>
    typeof given === 'object' && given !== null ? get(given, name) : undefined;
  const checkpoint: unknown = context === undefined ? undefined : get(context, 'checkpoint');
  switch (method) {
    case 'emitEvent':
      return called(context, 'emitEvent', argument('subject'), argument('payload'));
    case 'getCheckpoint':
      return called(checkpoint, 'get');
    case 'saveCheckpoint':
      return called(checkpoint, 'save', argument('state'));
    case 'resetCheckpoint':
      return called(checkpoint, 'reset');
    default:
      throw new GuestError('sandbox.unknown_call', `the platform has no call "${method}"`);
  }
}

function called(owner: unknown, name: string, ...given: unknown[]): unknown {
  const work: unknown = typeof owner === 'object' && owner !== null ? get(owner, name) : undefined;
  if (typeof work === 'function') return apply(work, owner, given);
  throw new GuestError('sandbox.no_context', `${name} has no context here`);
}
