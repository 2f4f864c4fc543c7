import { basicOf, type ProviderCall, type ProviderReply } from './provider-call.ts';
import type { Provider } from './provider-server.ts';

/** A fax as InterFAX keeps it. */
export interface InterFaxFax {
  readonly id: number;
  readonly faxNumber: string;
  readonly type: string;
  readonly content: Buffer;
  /** 0: sent, below: under way, above: failed (its list of codes). */
  status: number;
}

/** InterFAX: the document is the body, the number stands in the query, and the id in the header `Location`. */
export class InterFax implements Provider {
  readonly hosts = ['rest.interfax.net'];
  readonly faxes = new Map<number, InterFaxFax>();
  readonly #account: string;

  constructor(username: string, password: string) {
    this.#account = `${username}:${password}`;
  }

  answer(call: ProviderCall): ProviderReply {
    if (basicOf(call) !== this.#account) return refusal(401, -150, 'Unauthorized');
    const [direction, faxes, id, action] = call.segments;
    if (direction !== 'outbound' || faxes !== 'faxes') return refusal(404, -1, 'Not found');
    if (id === undefined && call.method === 'POST') return this.#send(call);
    const fax = this.faxes.get(Number(id));
    if (fax === undefined) return refusal(404, -1062, 'There is no such transaction');
    return action === 'cancel' && call.method === 'POST'
      ? cancel(fax)
      : { status: 200, body: shown(fax) };
  }

  #send({ query, headers, body }: ProviderCall): ProviderReply {
    const faxNumber = query.get('faxNumber') ?? '';
    const type = headers['content-type'] ?? '';
    if (!/^\+?[\d-]{7,20}$/u.test(faxNumber)) return refusal(400, -1002, 'Number or type missing');
    if (type !== 'application/pdf') return refusal(415, -1012, 'The media type is not supported');
    if (body.length === 0) return refusal(400, -1003, 'There is no document');
    const fax: InterFaxFax = {
      id: 854_759_652 + this.faxes.size,
      faxNumber,
      type,
      content: body,
      status: -1,
    };
    this.faxes.set(fax.id, fax);
    return {
      status: 201,
      headers: { Location: `https://rest.interfax.net/outbound/faxes/${String(fax.id)}` },
    };
  }
}

function cancel(fax: InterFaxFax): ProviderReply {
  if (fax.status >= 0) return refusal(409, -1064, 'The transaction is over');
  fax.status = 6017;
  return { status: 200 };
}

function shown({ id, status, faxNumber }: InterFaxFax): object {
  return {
    id,
    uri: `https://rest.interfax.net/outbound/faxes/${String(id)}`,
    status,
    faxNumber,
    pagesSent: status === 0 ? 1 : 0,
    attemptsMade: 1,
  };
}

function refusal(status: number, code: number, message: string): ProviderReply {
  return { status, body: { code, message, moreInfo: null } };
}
