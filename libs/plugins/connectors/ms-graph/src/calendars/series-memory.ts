/** The exceptions of each series that were brought, series that changed last at the end. */
export type SavedSeries = readonly (readonly [seriesId: string, exceptionIds: readonly string[]])[];

/**
 * Which events of a series were brought as exceptions: Microsoft Graph tells that a series has changed, but not that one of
 * its exceptions was cancelled or is like the others again.
 */
export class SeriesMemory {
  readonly #series: Map<string, ReadonlySet<string>>;

  constructor(saved: SavedSeries = []) {
    this.#series = new Map(saved.map(([id, exceptions]) => [id, new Set(exceptions)]));
  }

  remember(seriesId: string, exceptionId: string): void {
    this.#keep(seriesId, [...(this.#series.get(seriesId) ?? []), exceptionId]);
  }

  /** Whether it was known. */
  forget(seriesId: string, exceptionId: string): boolean {
    const known = this.#series.get(seriesId);
    if (known?.has(exceptionId) !== true) return false;
    this.#keep(
      seriesId,
      [...known].filter((id) => id !== exceptionId),
    );
    return true;
  }

  /** Forgets all exceptions of a series but these; returns those it forgot. */
  retain(seriesId: string, exceptionIds: readonly string[]): string[] {
    const known = [...(this.#series.get(seriesId) ?? [])];
    const retained = new Set(exceptionIds);
    this.#keep(
      seriesId,
      known.filter((id) => retained.has(id)),
    );
    return known.filter((id) => !retained.has(id));
  }

  saved(): SavedSeries {
    return [...this.#series].map(([id, exceptions]) => [id, [...exceptions]]);
  }

  #keep(seriesId: string, exceptions: readonly string[]): void {
    this.#series.delete(seriesId);
    if (exceptions.length > 0) this.#series.set(seriesId, new Set(exceptions));
  }
}
