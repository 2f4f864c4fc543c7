import { FileService } from '@made-open/contracts';
import { createHash } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Ask } from '../../../ask.ts';
import type { Connection } from '../../../connections/connection.ts';
import type { ConnectionStore } from '../../../connections/connection-store.ts';
import type { ProviderSlots } from '../../../connections/slots/provider-slots.ts';
import { InvalidParametersError } from '../../../errors.ts';
import { fingerprintOf } from '../../api/idempotency-key.ts';
import {
  ChannelNotFoundError,
  IdempotencyKeyReusedError,
  InactiveChannelError,
} from '../../errors.ts';
import type { Attachment } from '../../outbound.ts';
import { outboundEvent } from '../../sending/announcements.ts';
import type { KnownSubmission, OutboundStore } from '../../storage/outbound-store.ts';
import { FaxFileError, NoActiveProviderError, NoFaxProviderError } from '../errors.ts';
import { isFax, type Fax } from '../fax.ts';
import { faxFile, type GivenFile } from '../file/fax-file.ts';
import { pdfType, saveFaxFile } from '../file/save-fax-file.ts';
import { pollPlanOf } from '../poll-plan.ts';
import { checkTestSend } from './check-test-send.ts';
import type { FaxRequest } from './read-fax-request.ts';

/** Who sends a fax, and what. */
export interface FaxSubmission {
  readonly spaceId: string;
  readonly client: string;
  readonly key: string;
  readonly request: FaxRequest;
  /** What came along; undefined where the request names a stored file. */
  readonly file: GivenFile | undefined;
}

export interface SubmittedFax {
  readonly fax: Fax;
  /** The key had led to it before. */
  readonly isRepeated: boolean;
}

export interface SubmitFaxParts {
  readonly store: OutboundStore;
  readonly connections: ConnectionStore;
  readonly slots: ProviderSlots;
  readonly ask: Ask;
  readonly areTestsAllowed: boolean;
}

/** Accepts a fax for sending, once for each idempotency key, with the version that is active now. */
export class SubmitFax {
  readonly #parts: SubmitFaxParts;
  readonly #onNew: () => void;

  constructor(parts: SubmitFaxParts, onNew: () => void) {
    this.#parts = parts;
    this.#onNew = onNew;
  }

  async submit(submission: FaxSubmission): Promise<SubmittedFax> {
    const { spaceId, client, request, file } = submission;
    const { store } = this.#parts;
    const key = { spaceId, client, key: submission.key };
    const fingerprint = fingerprintOf(['fax', request, file && digestOf(file)]);
    // First of all: what was accepted once is answered as it was, whoever has the slot by now.
    const known = await store.known(key);
    if (known !== undefined) return repeated(known, fingerprint);
    checkTestSend(request, this.#parts);
    const connection = await this.#provider(spaceId, request.connectionId);
    const attachment = await this.#file(connection, request, file);
    const fax = accepted(submission, { connection, attachment, now: await store.now() });
    const messages = [outboundEvent('queued', fax, fax.createdAt)];
    const submitted = await store.submit({ key, fingerprint, outbound: fax, messages });
    if (!submitted.isNew) return repeated(submitted, fingerprint);
    this.#onNew();
    return { fax, isRepeated: false };
  }

  /** The connection that was named, or that of the active provider: there is no third. */
  async #provider(spaceId: string, named: string): Promise<Connection> {
    const { connections, slots } = this.#parts;
    const id = named || (await slots.connectionOf(spaceId, 'outbound'));
    if (id === undefined) throw new NoActiveProviderError();
    const connection = await connections.find(id);
    if (connection?.spaceId !== spaceId || connection.state === 'deleted')
      throw named === '' ? new NoActiveProviderError() : new ChannelNotFoundError();
    if (!connection.actions.includes('send_fax')) throw new NoFaxProviderError();
    if (connection.state !== 'active') throw new InactiveChannelError(connection.state);
    return connection;
  }

  async #file(
    connection: Connection,
    { fileId }: FaxRequest,
    given: GivenFile | undefined,
  ): Promise<Attachment> {
    const { ask } = this.#parts;
    if (given !== undefined) return saveFaxFile(ask, connection, await faxFile(given));
    const { spaceId } = connection;
    const { file } = await ask(FileService.method.getFile, { spaceId, fileId });
    if (file === undefined)
      throw new InvalidParametersError([
        { parameter: 'file_id', detail: 'is no file of this space' },
      ]);
    if (file.mimeType !== pdfType)
      throw new FaxFileError('fax.file_unsupported', 'the stored file is not a PDF');
    const { name, mimeType, sizeBytes } = file;
    return { fileId, name, mimeType, sizeBytes };
  }
}

function accepted(
  { spaceId, client, request }: FaxSubmission,
  of: { readonly connection: Connection; readonly attachment: Attachment; readonly now: Date },
): Fax {
  const { connection, attachment, now } = of;
  const { to, from, attributes, isTest } = request;
  const { actions } = connection;
  return {
    id: uuidv7(),
    spaceId,
    connectionId: connection.id,
    pluginId: connection.pluginId,
    channelType: connection.channel?.type ?? 'fax',
    kind: 'fax',
    content: { to, from, body: '', threadId: '', attachments: [attachment], attributes },
    requestedBy: client,
    causedBy: [],
    state: 'queued',
    attempts: 0,
    mayHaveGone: false,
    externalId: '',
    threadId: '',
    providerStatus: '',
    error: undefined,
    createdAt: now,
    updatedAt: now,
    sentAt: undefined,
    deliveredAt: undefined,
    wakeAt: now,
    fax: {
      pluginVersion: connection.pluginVersion,
      status: 'accepted',
      pages: 0,
      canAsk: actions.includes('get_status'),
      canCancel: actions.includes('cancel_fax'),
      plan: pollPlanOf(connection.provider?.poll),
      asked: 0,
      pollUntil: '',
      questionId: '',
      isCancelWanted: false,
      isCancelling: false,
      isTest,
    },
  };
}

function digestOf({ name, content }: GivenFile): readonly string[] {
  return [name, createHash('sha256').update(content).digest('hex')];
}

function repeated({ fingerprint, outbound }: KnownSubmission, asked: string): SubmittedFax {
  if (fingerprint !== asked || !isFax(outbound)) throw new IdempotencyKeyReusedError();
  return { fax: outbound, isRepeated: true };
}
