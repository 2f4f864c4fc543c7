import { Query, type Connection } from 'pg';

const copyData = 'd'.charCodeAt(0);
const copyDone = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * `COPY … FROM STDIN BINARY` whose data is sent at once: the server reads it behind the command, or drops it when the
 * command failed. So it takes part in a pipeline, which a stream that waits for the server's turn could not.
 */
export class CopyQuery extends Query {
  readonly #command: string;
  readonly #data: Buffer;

  constructor(command: string, data: Buffer, callback: (error: Error | undefined) => void) {
    super(command, callback);
    this.#command = command;
    this.#data = data;
  }

  override submit = (connection: Connection): null => {
    const header = Buffer.allocUnsafe(5);
    header.writeUInt8(copyData, 0);
    header.writeInt32BE(this.#data.byteLength + 4, 1);
    connection.stream.cork();
    connection.query(this.#command);
    connection.stream.write(header);
    connection.stream.write(this.#data);
    connection.stream.write(copyDone);
    connection.stream.uncork();
    return null;
  };

  /** The data is on its way already. */
  handleCopyInResponse(): void {
    return;
  }
}
