import { CliError, exitCodes } from '../errors.ts';
import { isAnswer } from '../platform/answer.ts';

/** Methods that the platform calls by themselves, as it does for webhooks, sends, rules and subscriptions. */
export const calledMethods = [
  'handleWebhook',
  'handleIncomingEvent',
  'sendMessage',
  'placeCall',
  'evaluate',
  'subscribe',
  'unsubscribe',
] as const;

export type CalledMethod = (typeof calledMethods)[number];

export function isCalled(method: string): method is CalledMethod {
  return calledMethods.some((called) => called === method);
}

/** What the sandbox is asked for; its runner knows it as TrialCall. */
export function trialCall(
  method: CalledMethod,
  input: unknown,
  manifest: {
    readonly channel?: { readonly idempotentSends?: boolean; readonly sendsByGet?: boolean };
  },
): object {
  const sendsByGet = manifest.channel?.sendsByGet === true;
  switch (method) {
    case 'handleWebhook':
    case 'handleIncomingEvent':
      return { kind: 'webhook', payload: input };
    case 'sendMessage': {
      const isIdempotent = manifest.channel?.idempotentSends === true;
      return { kind: 'message', message: fieldsOf(method, input), isIdempotent, sendsByGet };
    }
    case 'placeCall':
      return { kind: 'call', call: fieldsOf(method, input), sendsByGet };
    case 'evaluate':
      return { kind: 'operator', ...operatorOf(input) };
    default:
      return { kind: method, ...(input === null ? {} : fieldsOf(method, input)) };
  }
}

function operatorOf(input: unknown): object {
  const { name, fact = null, value = null } = fieldsOf('evaluate', input);
  if (typeof name === 'string') return { name, fact, value };
  throw unfit('evaluate needs {"name", "fact", "value"}, where name is an operator of plugin.json');
}

function fieldsOf(method: CalledMethod, input: unknown): Readonly<Record<string, unknown>> {
  if (isAnswer(input)) return input;
  throw unfit(`${method} needs a JSON object with --input <file>`);
}

const unfit = (message: string): CliError => new CliError('input.unfit', exitCodes.data, message);
