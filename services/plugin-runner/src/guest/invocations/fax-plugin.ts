import { GuestError } from '../guest-error.ts';
import { apply, construct, get, keys } from '../primordials.ts';
import { cancelResult, faxResult, type FaxResult } from './fax-result.ts';

type AnyFunction = (...args: never[]) => unknown;

/** A call of a fax function. */
export interface FaxCall {
  readonly plugin: object;
  readonly context: object;
}

/** Names of a function, in the styles of both languages. */
const names = {
  send: ['sendFax', 'send_fax'],
  status: ['getStatus', 'get_status'],
  cancel: ['cancelFax', 'cancel_fax'],
  webhook: ['handleWebhook', 'handle_webhook'],
  validate: ['validateConfig', 'validate_config'],
} as const;

/** Plugins made of a class: they take (to, filePath, options) instead of (fax, context). */
const made = new WeakSet<object>();
// Called by `apply` only.
// oxlint-disable-next-line typescript/unbound-method
const { add, has } = WeakSet.prototype;

/** The plugin of what the entry exports: an object, an instance of a class, or the class itself. */
export function pluginOf(exported: object): unknown {
  const plugin: unknown =
    get(exported, 'plugin') ?? get(exported, 'default') ?? exportedClass(exported);
  const instance = isFaxClass(plugin) ? construct(plugin, []) : plugin;
  if (typeof instance === 'object' && instance !== null && isMade(plugin, instance))
    apply(add, made, [instance]);
  return instance;
}

/** A class of an author needs no certain name. */
function exportedClass(exported: object): unknown {
  const found = keys(exported);
  for (let at = 0; at < found.length; at++) {
    const value: unknown = get(exported, found[at] ?? '');
    if (isFaxClass(value)) return value;
  }
  return undefined;
}

function isFaxClass(value: unknown): value is AnyFunction {
  if (!isFunction(value)) return false;
  const prototype: unknown = get(value, 'prototype');
  return isObject(prototype) && functionOf(prototype, names.send) !== undefined;
}

function isMade(exported: unknown, instance: object): boolean {
  if (isFunction(exported) || get(instance, 'isFaxPlugin') === true) return true;
  // Functions in the style of Python take their arguments one by one.
  return !isFunction(get(instance, names.send[0])) && isFunction(get(instance, names.send[1]));
}

/** Whether it wants to be begun and ended, and takes a webhook as headers and body. */
export function isFaxPlugin(plugin: object): boolean {
  return apply(has, made, [plugin]);
}

export async function sendFax(call: FaxCall, fax: unknown): Promise<FaxResult> {
  const { plugin, context } = call;
  const send = requiredOf(plugin, names.send, 'sendFax(fax, context)');
  if (!isFaxPlugin(plugin)) return faxResult(await apply(send, plugin, [fax, context]), 'accepted');
  const { to, filePath, options } = argumentsOf(fax);
  return faxResult(
    await begun(call, () => apply(send, plugin, [to, filePath, options])),
    'accepted',
  );
}

/** Asks how a fax stands, or cancels it. */
export async function askFax(call: FaxCall, jobId: unknown, cancel: boolean): Promise<FaxResult> {
  const { plugin, context } = call;
  const ask = cancel
    ? requiredOf(plugin, names.cancel, 'cancelFax(jobId, context)')
    : requiredOf(plugin, names.status, 'getStatus(jobId, context)');
  const answer = isFaxPlugin(plugin)
    ? await begun(call, () => apply(ask, plugin, [jobId]))
    : await apply(ask, plugin, [jobId, context]);
  return cancel ? cancelResult(answer) : faxResult(answer, 'unknown');
}

/** Gives a webhook to a FaxPlugin; what it returns of a fax is told as any status that a plugin hears of. */
export async function faxWebhook(call: FaxCall, payload: unknown): Promise<readonly unknown[]> {
  const { plugin, context } = call;
  const handle = requiredOf(plugin, names.webhook, 'handleWebhook(headers, body)');
  const webhook: unknown = get(context, 'webhook');
  const headers: unknown = isObject(webhook) ? get(webhook, 'headers') : {};
  const returned = await begun(call, () => apply(handle, plugin, [headers, payload]));
  if (!isObject(returned)) return [];
  const { jobId, status, providerStatus, error, errorCode, pages } = faxResult(returned, 'unknown');
  const emit: unknown = get(context, 'emitEvent');
  if (jobId === undefined || !isFunction(emit)) return [];
  const report = {
    externalId: jobId,
    status,
    errorCode: errorCode ?? '',
    errorMessage: error ?? '',
    ...(providerStatus === undefined ? {} : { providerStatus }),
    ...(pages === undefined ? {} : { pages }),
  };
  await apply(emit, context, ['communication.StatusReported', report]);
  return [];
}

/** A function of a FaxPlugin that has one to check its config with. */
export function configTest(plugin: object, context: object): (() => Promise<void>) | undefined {
  if (!isFaxPlugin(plugin)) return undefined;
  const validate = functionOf(plugin, names.validate);
  if (validate === undefined) return undefined;
  return async () => {
    const config: unknown = get(context, 'config');
    const answer = await begun({ plugin, context }, () => apply(validate, plugin, [config]));
    if (answer === false)
      throw new GuestError('plugin.config', 'validateConfig says that the config is not right');
  };
}

/** Between `initialize` and `shutdown`; what shutdown throws takes nothing of a result. */
async function begun({ plugin, context }: FaxCall, work: () => unknown): Promise<unknown> {
  Reflect.set(plugin, 'context', context);
  const initialize: unknown = get(plugin, 'initialize');
  if (isFunction(initialize)) await apply(initialize, plugin, [get(context, 'config')]);
  try {
    return await work();
  } finally {
    await ended(plugin);
  }
}

async function ended(plugin: object): Promise<void> {
  const shutdown: unknown = get(plugin, 'shutdown');
  try {
    if (isFunction(shutdown)) await apply(shutdown, plugin, []);
  } catch {
    // The fax is sent by then, or not: its own result says so.
  }
}

function argumentsOf(fax: unknown): { to: unknown; filePath: unknown; options: object } {
  if (!isObject(fax)) return { to: undefined, filePath: undefined, options: {} };
  const file: unknown = get(fax, 'file');
  const filePath: unknown = isObject(file) ? get(file, 'file_id') : undefined;
  return { to: get(fax, 'to'), filePath, options: fax };
}

function requiredOf(plugin: object, wanted: readonly string[], what: string): AnyFunction {
  const found = functionOf(plugin, wanted);
  if (found !== undefined) return found;
  throw new GuestError('sandbox.no_fax_function', `the plugin has no ${what}`);
}

function functionOf(owner: object, wanted: readonly string[]): AnyFunction | undefined {
  for (let at = 0; at < wanted.length; at++) {
    const found: unknown = get(owner, wanted[at] ?? '');
    if (isFunction(found)) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function';
}
