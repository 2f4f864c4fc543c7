import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  FileService,
  type GetFileRequest,
  type GetFileResponseSchema,
  type PutClientFileChunkRequest,
  type PutClientFileChunkResponseSchema,
  type PutFileChunkRequest,
  type PutFileChunkResponseSchema,
  type ReadFileChunkRequest,
  type ReadFileChunkResponseSchema,
  type ReadPluginFileRequest,
  type ReadPluginFileResponseSchema,
} from '@made-open/contracts';
import { OnCall, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { ConnectionStore } from '../connections/connection-store.ts';
import { ReadFiles } from './read-files.ts';
import { SaveChunk } from './save-chunk.ts';

/** Takes files of plugins, and gives them to those who answer clients. */
@Controller()
export class FilesConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(SaveChunk) private readonly uploads: SaveChunk,
    @Inject(ReadFiles) private readonly files: ReadFiles,
  ) {}

  @OnCall(FileService.method.putFileChunk)
  async put(
    request: PutFileChunkRequest,
    context: MessageContext,
  ): Promise<MessageInitShape<typeof PutFileChunkResponseSchema>> {
    const plugin = context.parameters[0] ?? '';
    const connection = await this.connections.owned(plugin, request.connectionId);
    const file = await this.uploads.save(connection, request);
    return file === undefined ? {} : { file };
  }

  @OnCall(FileService.method.putClientFileChunk)
  async putOfClient(
    request: PutClientFileChunkRequest,
  ): Promise<MessageInitShape<typeof PutClientFileChunkResponseSchema>> {
    const { spaceId, connectionId, uploadId, chunk, content, end } = request;
    const connection = await this.connections.ofSpace(spaceId, connectionId);
    const part = { epoch: 0, attempt: 0, uploadId, chunk, content, abandon: false };
    const file = await this.uploads.save(connection, end === undefined ? part : { ...part, end });
    return file === undefined ? {} : { file };
  }

  @OnCall(FileService.method.readPluginFile)
  async readForPlugin(
    request: ReadPluginFileRequest,
    context: MessageContext,
  ): Promise<MessageInitShape<typeof ReadPluginFileResponseSchema>> {
    const plugin = context.parameters[0] ?? '';
    const connection = await this.connections.owned(plugin, request.connectionId);
    return (await this.files.ofPlugin(connection, request)) ?? {};
  }

  @OnCall(FileService.method.getFile)
  async get({
    spaceId,
    fileId,
  }: GetFileRequest): Promise<MessageInitShape<typeof GetFileResponseSchema>> {
    const file = await this.files.describe(spaceId, fileId);
    return file === undefined ? {} : { file };
  }

  @OnCall(FileService.method.readFileChunk)
  async read({
    spaceId,
    fileId,
    chunk,
  }: ReadFileChunkRequest): Promise<MessageInitShape<typeof ReadFileChunkResponseSchema>> {
    const content = await this.files.chunk(spaceId, fileId, chunk);
    return content === undefined ? {} : { found: true, content };
  }
}
