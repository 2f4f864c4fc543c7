/** A request to the address of a webhook. */
export interface WebhookRequest {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly path: string;
  /** The connection's part of the path: its id, or `<id>~<token>`. */
  readonly connection: string;
  /** Empty for the bare path. */
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Of the sender. */
  readonly address: string;
}

/** What the provider is answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}
