/** One thing a service needs; says what is wrong, or nothing. */
export type ReadinessCheck = () => Promise<string | undefined> | string | undefined;

/** Whether the service can do its work now. */
export class Readiness {
  readonly #checks: ReadinessCheck[] = [];

  add(check: ReadinessCheck): void {
    this.#checks.push(check);
  }

  async faults(): Promise<string[]> {
    const results = await Promise.all(
      this.#checks.map(async (check) => {
        try {
          return await check();
        } catch (error) {
          return error instanceof Error ? error.message : 'failed';
        }
      }),
    );
    return results.filter((fault) => fault !== undefined);
  }
}
