/** A request as authorisation sees it, in the form in which it is asked for; whatever else it has stays as it is. */
export interface AuthRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text, or a value that goes out as JSON. */
  readonly body?: unknown;
  readonly multipart?: readonly { readonly name: string; readonly value?: string | undefined }[];
  readonly bodyPieces?: readonly (string | object)[];
}

/** What the platform computes, since this code runs where there is no library for it. */
export interface AuthCrypto {
  base64(text: string): string;
  bytes(text: string): Uint8Array;
  sha256Hex(content: Uint8Array): string;
  hmac(
    by: {
      readonly algorithm: 'sha1' | 'sha256' | 'sha512';
      readonly key: string;
      readonly encoding: 'hex' | 'base64';
    },
    message: Uint8Array,
  ): string;
}

export type CredentialLookup = (ref: string, options?: LookupOptions) => string;

export interface LookupOptions {
  /** What counts where there is no such value. */
  readonly otherwise?: string | undefined;
  /** An empty text is a value as well, when `otherwise` is given: Faxbot's password is such. */
  readonly mayBeEmpty?: boolean;
}

export interface AuthPorts {
  /** The value of `creds.x`; throws AuthError where there is none. */
  readonly lookup: CredentialLookup;
  readonly crypto: AuthCrypto;
}
