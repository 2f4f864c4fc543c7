import { CliError, exitCodes } from '../errors.ts';
import { isAnswer } from '../platform/answer.ts';

/** Methods that the platform calls by themselves, as it does for webhooks, sends, rules and subscriptions. */
export const calledMethods = [
  'handleWebhook',
  'handleIncomingEvent',
  'sendMessage',
  'placeCall',
  'sendFax',
  'getStatus',
  'cancelFax',
  'evaluate',
  'subscribe',
  'unsubscribe',
] as const;

export type CalledMethod = (typeof calledMethods)[number];

export function isCalled(method: string): method is CalledMethod {
  return calledMethods.some((called) => called === method);
}

interface Calling {
  readonly channel?: { readonly idempotentSends?: boolean; readonly sendsByGet?: boolean };
}

/** What the sandbox is asked for; its runner knows it as TrialCall. */
export function trialCall(method: CalledMethod, input: unknown, manifest: Calling): object {
  switch (method) {
    case 'handleWebhook':
    case 'handleIncomingEvent':
      return { kind: 'webhook', payload: input };
    case 'sendMessage':
    case 'placeCall':
    case 'sendFax':
      return sendOf(method, fieldsOf(method, input), manifest);
    case 'getStatus':
    case 'cancelFax':
      return {
        kind: 'fax_question',
        jobId: jobIdOf(method, input),
        cancel: method === 'cancelFax',
      };
    case 'evaluate':
      return { kind: 'operator', ...operatorOf(input) };
    default:
      return { kind: method, ...(input === null ? {} : fieldsOf(method, input)) };
  }
}

function sendOf(
  method: 'sendMessage' | 'placeCall' | 'sendFax',
  input: object,
  { channel }: Calling,
): object {
  const sendsByGet = channel?.sendsByGet === true;
  const isIdempotent = channel?.idempotentSends === true;
  if (method === 'sendMessage')
    return { kind: 'message', message: input, isIdempotent, sendsByGet };
  if (method === 'sendFax') return { kind: 'fax', fax: input, isIdempotent, sendsByGet };
  return { kind: 'call', call: input, sendsByGet };
}

function operatorOf(input: unknown): object {
  const { name, fact = null, value = null } = fieldsOf('evaluate', input);
  if (typeof name === 'string') return { name, fact, value };
  throw unfit('evaluate needs {"name", "fact", "value"}, where name is an operator of plugin.json');
}

function jobIdOf(method: CalledMethod, input: unknown): string {
  const { jobId } = fieldsOf(method, input);
  if (typeof jobId === 'string') return jobId;
  throw unfit(`${method} needs {"jobId"}, the provider's id of the fax`);
}

function fieldsOf(method: CalledMethod, input: unknown): Readonly<Record<string, unknown>> {
  if (isAnswer(input)) return input;
  throw unfit(`${method} needs a JSON object with --input <file>`);
}

const unfit = (message: string): CliError => new CliError('input.unfit', exitCodes.data, message);
