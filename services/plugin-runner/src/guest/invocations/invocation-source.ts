import { GuestError } from '../guest-error.ts';
import type { HostCalls } from '../host-calls.ts';
import { apply, get, isArray, parse, toText } from '../primordials.ts';
import type { Source } from '../records/generator-pump.ts';
import { askFax, faxWebhook, isFaxPlugin, sendFax } from './fax-plugin.ts';

/** The context of the call, with what a webhook has brought besides its payload. */
export type ContextOf = (webhook: unknown) => object;

interface Call {
  readonly plugin: object;
  /** As the host described it: values of others are texts of JSON within it. */
  readonly input: object;
  readonly context: object;
}

/** One short call of the plugin. What it returns is told to the host; items that a webhook's handler returns become records. */
export function invocationSource(
  plugin: object,
  calls: Pick<HostCalls, 'ask'>,
  contextOf: ContextOf,
): Source {
  let items: readonly unknown[] | undefined;
  let place = 0;
  const begin = async (): Promise<readonly unknown[]> => {
    const input = await calls.ask('invocation', null);
    if (typeof input !== 'object' || input === null) return [];
    const call = { plugin, input, context: contextOf(get(input, 'webhook')) };
    const kind = toText(get(input, 'kind'));
    if (kind === 'webhook') return handled(call);
    const returned = await returnedBy(kind, call);
    if (returned !== undefined) await calls.ask('returned', returned);
    return [];
  };
  return {
    next: async () => {
      items ??= await begin();
      return place < items.length ? { done: false, value: items[place++] } : { done: true };
    },
  };
}

async function handled({ plugin, input, context }: Call): Promise<readonly unknown[]> {
  if (isFaxPlugin(plugin) && typeof get(plugin, 'handleIncomingEvent') !== 'function')
    return faxWebhook({ plugin, context }, valueOf(input, 'payload'));
  const name =
    typeof get(plugin, 'handleIncomingEvent') === 'function'
      ? 'handleIncomingEvent'
      : 'handleWebhook';
  const handler = required(plugin, name, {
    code: 'sandbox.no_webhook_handler',
    what: 'handleIncomingEvent(payload, context) of a channel, handleWebhook(payload, context) of a connector',
  });
  const items = await apply(handler, plugin, [valueOf(input, 'payload'), context]);
  if (items === undefined || items === null) return [];
  if (isArray(items)) return items;
  throw new GuestError(
    'sandbox.webhook_result',
    `${name} must return nothing or a list of items, and must not be a generator`,
  );
}

/** Undefined for nothing. */
async function returnedBy(kind: string, { plugin, input, context }: Call): Promise<unknown> {
  const one = (name: string, code: string, argument: string): unknown =>
    apply(required(plugin, name, { code, what: `${name}(${argument}, context)` }), plugin, [
      valueOf(input, argument),
      context,
    ]);
  switch (kind) {
    case 'message':
      return one('sendMessage', 'sandbox.no_send_message', 'message');
    case 'call':
      return one('placeCall', 'sandbox.no_place_call', 'call');
    case 'subscribe':
      return subscribed(await one('subscribe', 'sandbox.no_subscribe', 'request'));
    case 'unsubscribe':
      await one('unsubscribe', 'sandbox.no_unsubscribe', 'subscription');
      return undefined;
    case 'operator':
      return evaluated({ plugin, input, context });
    case 'fax':
      return sendFax({ plugin, context }, valueOf(input, 'fax'));
    case 'fax_question':
      return askFax({ plugin, context }, get(input, 'jobId'), get(input, 'cancel') === true);
    default:
      throw new GuestError('sandbox.unknown_invocation', `nothing is known of a call "${kind}"`);
  }
}

async function evaluated({ plugin, input, context }: Call): Promise<boolean> {
  const name = toText(get(input, 'name'));
  const operators: unknown = get(plugin, 'operators');
  const operator: unknown =
    typeof operators === 'object' && operators !== null ? get(operators, name) : undefined;
  const what = `operators["${name}"].evaluate(fact, value, context)`;
  if (typeof operator !== 'object' || operator === null)
    throw new GuestError('sandbox.no_operator', `the plugin has no ${what}`);
  const evaluate = required(operator, 'evaluate', { code: 'sandbox.no_operator', what });
  const holds: unknown = await apply(evaluate, operator, [
    valueOf(input, 'fact'),
    valueOf(input, 'value'),
    context,
  ]);
  if (typeof holds === 'boolean') return holds;
  throw new GuestError(
    'sandbox.operator_result',
    `${what} must return true or false, not ${holds === null ? 'null' : typeof holds}`,
  );
}

function subscribed(subscription: unknown): object {
  if (typeof subscription === 'object' && subscription !== null)
    if (typeof get(subscription, 'id') === 'string') return subscription;
  throw new GuestError(
    'sandbox.subscription_result',
    'subscribe must return an object with the id of the subscription, and expiresAt where it expires',
  );
}

type AnyFunction = (...args: never[]) => unknown;

function required(
  owner: object,
  name: string,
  { code, what }: { readonly code: string; readonly what: string },
): AnyFunction {
  const found: unknown = get(owner, name);
  if (isFunction(found)) return found;
  throw new GuestError(code, `the plugin has no ${what}`);
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}

/** It crosses as text within text: only this side parses it. */
function valueOf(input: object, name: string): unknown {
  const text: unknown = get(input, name);
  return typeof text === 'string' && text !== '' ? parse(text) : undefined;
}
