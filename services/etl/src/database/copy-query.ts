import { Query, type Connection } from 'pg';

/**
 * `COPY … FROM STDIN BINARY` whose data is sent at once: the server reads it after the command, or throws it away when the
 * command failed. So it takes part in a pipeline, which a stream could not.
 */
export class CopyQuery extends Query {
  readonly #command: string;
  readonly #data: Buffer;

  constructor(command: string, data: Buffer, callback: (error: Error | undefined) => void) {
    super(command, (error: Error | undefined) => {
      callback(error ?? undefined);
    });
    this.#command = command;
    this.#data = data;
  }

  override submit = (connection: Connection): null => {
    connection.query(this.#command);
    connection.sendCopyFromChunk(this.#data);
    connection.endCopyFrom(this.#data);
    return null;
  };

  /** The data is on its way already. */
  handleCopyInResponse(): void {
    return;
  }
}
