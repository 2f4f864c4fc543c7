import { randomUUID } from 'node:crypto';
import {
  basicOf,
  filesOf,
  formOf,
  isNumber,
  jsonOf,
  textOf,
  type ProviderCall,
  type ProviderReply,
  type ReceivedFile,
} from './provider-call.ts';
import type { Provider } from './provider-server.ts';

type SinchStatus = 'QUEUED' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILURE';

/** A fax as Sinch keeps it. */
export interface SinchFax {
  readonly id: string;
  readonly to: string;
  readonly from: string;
  readonly files: readonly ReceivedFile[];
  status: SinchStatus;
  errorMessage?: string;
}

export interface SinchAccount {
  readonly projectId: string;
  readonly keyId: string;
  readonly keySecret: string;
}

/** Sinch's Fax API v3: Basic with an access key, or a bearer token of its own token endpoint. */
export class Sinch implements Provider {
  readonly hosts = ['fax.api.sinch.com', 'auth.sinch.com'];
  readonly faxes = new Map<string, SinchFax>();
  readonly account: SinchAccount;
  readonly #tokens = new Set<string>();
  tokenRequests = 0;

  constructor(account: SinchAccount) {
    this.account = account;
  }

  async answer(call: ProviderCall): Promise<ProviderReply> {
    const [place, second, project] = call.segments;
    if (place === 'oauth2' && second === 'token') return this.#token(call);
    if (!this.#isLetIn(call)) return problem(401, 'UNAUTHENTICATED', 'Invalid credentials');
    if (place !== 'v3' || second !== 'projects') return problem(404, 'NOT_FOUND', 'Not found');
    if (project !== this.account.projectId)
      return problem(403, 'PERMISSION_DENIED', 'No access to this project');
    return this.#faxes(call);
  }

  /** The fax stands so from now on. */
  advance(id: string, status: SinchStatus, errorMessage?: string): void {
    const fax = this.faxes.get(id);
    if (fax === undefined) throw new Error(`there is no fax ${id}`);
    fax.status = status;
    if (errorMessage !== undefined) fax.errorMessage = errorMessage;
  }

  async #faxes(call: ProviderCall): Promise<ProviderReply> {
    const [, , , place, id = ''] = call.segments;
    if (place === 'faxes' && id === '' && call.method === 'POST') return this.#send(call);
    const fax = place === 'faxes' && call.method === 'GET' ? this.faxes.get(id) : undefined;
    return fax === undefined
      ? problem(404, 'NOT_FOUND', 'The fax was not found')
      : { status: 200, body: shown(fax, this.account) };
  }

  #isLetIn(call: ProviderCall): boolean {
    const { keyId, keySecret } = this.account;
    const [, token] = /^Bearer (.+)$/u.exec(call.headers['authorization'] ?? '') ?? [];
    return basicOf(call) === `${keyId}:${keySecret}` || this.#tokens.has(token ?? '');
  }

  async #token(call: ProviderCall): Promise<ProviderReply> {
    this.tokenRequests++;
    const { keyId, keySecret } = this.account;
    const form = await formOf(call);
    if (basicOf(call) !== `${keyId}:${keySecret}`)
      return { status: 401, body: { error: 'invalid_client' } };
    if (form === undefined || textOf(form, 'grant_type') !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    const token = randomUUID();
    this.#tokens.add(token);
    return {
      status: 200,
      body: { access_token: token, expires_in: 3599, scope: '', token_type: 'bearer' },
    };
  }

  async #send(call: ProviderCall): Promise<ProviderReply> {
    const form = await formOf(call);
    const json = jsonOf(call);
    const field = (name: string): string => {
      const value = form === undefined ? json?.[name] : textOf(form, name);
      return typeof value === 'string' ? value : '';
    };
    const files = form === undefined ? [] : await filesOf(form, 'file');
    if (!isNumber(field('to')))
      return problem(400, 'INVALID_ARGUMENT', 'to: must be a number in E.164');
    if (files.length === 0 && field('contentUrl') === '')
      return problem(400, 'INVALID_ARGUMENT', 'file or contentUrl is required');
    const fax: SinchFax = {
      id: `01${randomUUID().replaceAll('-', '').slice(0, 24).toUpperCase()}`,
      to: field('to'),
      from: field('from'),
      files,
      status: 'IN_PROGRESS',
    };
    this.faxes.set(fax.id, fax);
    return { status: 200, body: shown(fax, this.account) };
  }
}

function shown({ id, to, from, status, errorMessage }: SinchFax, account: SinchAccount): object {
  return {
    id,
    direction: 'OUTBOUND',
    projectId: account.projectId,
    to,
    from,
    status,
    numberOfPages: 1,
    retryCount: 0,
    hasFile: true,
    ...(errorMessage === undefined ? {} : { errorType: 'FAX_ERROR', errorMessage }),
  };
}

function problem(code: number, status: string, message: string): ProviderReply {
  return { status: code, body: { error: { code, message, status } } };
}
