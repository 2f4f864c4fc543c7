/** What a provider answered, or brought to a webhook. */
export interface ProviderAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The value of JSON, the fields of a form, else text; null when empty. */
  readonly body: unknown;
}
