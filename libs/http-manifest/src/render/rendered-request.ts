/** A request as data: nothing of it has been sent. Of the contents at most one is there. */
export interface RenderedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A file by its handle, as the whole body. */
  readonly bodyFile?: string;
  readonly multipart?: readonly RenderedPart[];
  readonly bodyPieces?: readonly RenderedPiece[];
}

/** One part of a form with files. */
export interface RenderedPart {
  readonly name: string;
  readonly value?: string;
  readonly file?: string;
  readonly filename?: string;
  readonly contentType?: string;
}

/** A text, or a file in base64. */
export type RenderedPiece = string | { readonly fileBase64: string };

/** What a body comes to. */
export interface RenderedContent {
  readonly contentType?: string;
  readonly content: Pick<RenderedRequest, 'body' | 'bodyFile' | 'multipart' | 'bodyPieces'>;
}
