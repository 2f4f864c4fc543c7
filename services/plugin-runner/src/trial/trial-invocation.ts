import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { Effect, InvokeSchema, type Invoke } from '@made-open/contracts';
import type { Egress } from '@made-open/egress';
import { EffectGuard } from '../host/http/effect-guard.ts';
import type { HostCalls } from '../host/open-calls.ts';
import { InvocationHost } from '../invocations/invocation-host.ts';
import { invocationInput, isSend } from '../invocations/invocation-input.ts';
import { InvocationRecords } from '../invocations/invocation-records.ts';
import { operatorMs } from '../invocations/operator-limit.ts';
import type { TrialCall, TrialEnd } from './trial-request.ts';
import { OperatorTimeoutError } from '../invocations/errors.ts';

type Work = NonNullable<MessageInitShape<typeof InvokeSchema>['work']>;
type Outcome = Pick<TrialEnd, 'result' | 'effect'>;

const effects: Readonly<Record<Effect, NonNullable<TrialEnd['effect']>>> = {
  [Effect.UNSPECIFIED]: 'none',
  [Effect.NONE]: 'none',
  [Effect.REFUSED]: 'refused',
  [Effect.UNKNOWN]: 'unknown',
  [Effect.DONE]: 'done',
};

/** A short call of a plugin in a trial, as the runner would make it. */
export class TrialInvocation {
  readonly #command: Invoke;
  readonly #guard: EffectGuard | undefined;
  readonly #records = new InvocationRecords();
  readonly #onLate: () => void;
  #host: InvocationHost | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Why it was ended. */
  late: OperatorTimeoutError | undefined;

  /** `onLate` is to end the sandbox. */
  constructor(call: TrialCall, egress: Pick<Egress, 'request'>, onLate: () => void) {
    this.#command = create(InvokeSchema, { work: workOf(call) });
    this.#onLate = onLate;
    const isIdempotent = isRepeatable(call) && call.isIdempotent === true;
    const sendsByGet = isSending(call) && call.sendsByGet === true;
    if (isSend(this.#command)) this.#guard = new EffectGuard(egress, { isIdempotent, sendsByGet });
  }

  /** What requests of the plugin go through; undefined where nothing is held back. */
  get guard(): EffectGuard | undefined {
    return this.#guard;
  }

  host(host: HostCalls): HostCalls {
    const onBegin = (): void => this.#begun();
    this.#host = new InvocationHost(host, { input: invocationInput(this.#command), onBegin });
    return this.#host;
  }

  add(records: Uint8Array): void {
    this.#records.add(records);
  }

  /** All that it wrote, once it has ended well. */
  records(): Uint8Array | undefined {
    return this.#records.take();
  }

  outcome(hasFailed: boolean): Outcome {
    clearTimeout(this.#timer);
    const { resultJson = '' } = this.#host ?? {};
    const result: unknown = resultJson === '' || hasFailed ? undefined : JSON.parse(resultJson);
    return {
      ...(result === undefined ? {} : { result }),
      ...(this.#guard && { effect: effects[this.#guard.effect(hasFailed)] }),
    };
  }

  #begun(): void {
    if (this.#command.work.case !== 'operator') return;
    this.#timer ??= setTimeout(() => {
      this.late = new OperatorTimeoutError(operatorMs);
      this.#onLate();
    }, operatorMs);
  }
}

function workOf(call: TrialCall): Work {
  switch (call.kind) {
    case 'webhook':
      return { case: 'webhook', value: webhookOf(call) };
    case 'message':
      return { case: 'message', value: { messageJson: jsonOf(call.message) } };
    case 'call':
      return { case: 'call', value: { callJson: jsonOf(call.call) } };
    case 'fax':
      return { case: 'fax', value: { faxJson: jsonOf(call.fax) } };
    case 'fax_question': {
      const { jobId, cancel = false } = call;
      return { case: 'faxQuestion', value: { jobId, cancel } };
    }
    case 'operator': {
      const { name, fact, value } = call;
      const texts = { factJson: jsonOf(fact), valueJson: jsonOf(value) };
      return { case: 'operator', value: { name, ...texts } };
    }
    default:
      return { case: 'subscription', value: subscriptionOf(call) };
  }
}

type WorkValue<Case extends Work['case']> = Extract<Work, { case: Case }>['value'];

function webhookOf(call: Extract<TrialCall, { kind: 'webhook' }>): WorkValue<'webhook'> {
  const { name = '', payload, headers = {}, query = {} } = call;
  const receivedAt = new Date().toISOString();
  return { deliveryId: 'trial', name, payloadJson: jsonOf(payload), headers, query, receivedAt };
}

function subscriptionOf(
  call: Extract<TrialCall, { kind: 'subscribe' | 'unsubscribe' }>,
): WorkValue<'subscription'> {
  const { webhook = '', url = '', subscription } = call;
  const subscriptionJson = subscription === undefined ? '' : jsonOf(subscription);
  return { webhook, url, subscriptionJson, remove: call.kind === 'unsubscribe' };
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value ?? null);
}

type Sending = Extract<TrialCall, { kind: 'message' | 'call' | 'fax' }>;

function isSending(call: TrialCall): call is Sending {
  return call.kind === 'message' || call.kind === 'call' || call.kind === 'fax';
}

function isRepeatable(call: TrialCall): call is Exclude<Sending, { kind: 'call' }> {
  return call.kind === 'message' || call.kind === 'fax';
}
