import type { Pool } from 'pg';
import { uploadIdleMs, type FileLimits } from './file-limits.ts';
import type { FileObjects } from './file-objects.ts';

const everyMs = 600_000;
const batchRows = 500;

export interface RemoveFilesOptions {
  readonly pool: Pool;
  readonly objects: FileObjects;
  readonly limits: Pick<FileLimits, 'graceMs'>;
  readonly onError: (error: unknown) => void;
}

/** Removes files that nobody holds, and lets go of those that no item has named for long. */
export class RemoveFiles {
  readonly #options: RemoveFilesOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #work: Promise<void> | undefined;

  constructor(options: RemoveFilesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#work ??= this.removeUnused()
        .catch(this.#options.onError)
        .finally(() => (this.#work = undefined));
    }, everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#isStopped = true;
    await this.#work;
  }

  /** Uploads that nobody goes on with and files that no item names, after their time of grace; then what nobody holds. */
  async removeUnused(): Promise<void> {
    const grace = `now() - make_interval(secs => $1)`;
    const { graceMs } = this.#options.limits;
    await this.#all(
      `with gone as (
        delete from file_upload where object in (
          select u.object from file_upload u left join run_fence f on f.connection_key = u.connection_key
          where u.moved_at < ${grace} or (u.file_id is null and u.epoch > 0 and (
            (f.epoch, f.attempt) > (u.epoch, u.attempt) or ((f.epoch, f.attempt) = (u.epoch, u.attempt) and f.ended)
          )) limit ${String(batchRows)} for update of u skip locked
        ) returning object, file_id
      ), thrown as (
        insert into file_trash (object) select object from gone where file_id is null on conflict do nothing
      ) select from gone`,
      Math.min(uploadIdleMs, graceMs),
    );
    await this.#all(
      `delete from file_save d using (
        select s.connection_key, s.file_id from file_save s
        where s.used_at < ${grace} and not exists (
          select from file_reference r where r.connection_key = s.connection_key and r.file_id = s.file_id
        ) limit ${String(batchRows)} for update of s skip locked
      ) s where d.connection_key = s.connection_key and d.file_id = s.file_id and d.used_at < ${grace}`,
      graceMs,
    );
    while (!this.#isStopped && !(await this.removeUnheld()));
  }

  /** One batch of files that no connection holds any more leaves the store; true when no content of such a file is left. */
  async removeUnheld(): Promise<boolean> {
    const hasMore = await this.#throwUnheldAway();
    return !(await this.#emptyTrash()) && !hasMore;
  }

  /** A batch after the other until one is not full. */
  async #all(text: string, graceMs: number): Promise<void> {
    for (;;) {
      const { rowCount } = await this.#options.pool.query(text, [graceMs / 1000]);
      if ((rowCount ?? 0) < batchRows) return;
    }
  }

  /**
   * Locked first and looked at again: another connection may just have saved the same content. Rows that another loop
   * has locked are waited for: nothing is left out that an erasure answers for.
   */
  async #throwUnheldAway(): Promise<boolean> {
    const client = await this.#options.pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<{ object: string }>(
        `select f.object::text as object from file f where not exists (
           select from file_save s where s.space_id = f.space_id and s.file_id = f.file_id
         ) order by f.object limit ${String(batchRows)} for update of f`,
      );
      await client.query(
        `with gone as (
          delete from file f where f.object = any ($1::uuid[]) and not exists (
            select from file_save s where s.space_id = f.space_id and s.file_id = f.file_id
          ) returning f.object
        ) insert into file_trash (object) select object from gone on conflict do nothing`,
        [rows.map(({ object }) => object)],
      );
      await client.query('commit');
      return rows.length === batchRows;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  async #emptyTrash(): Promise<boolean> {
    const { pool, objects } = this.#options;
    const { rows } = await pool.query<{ object: string }>(
      `select object::text as object from file_trash limit ${String(batchRows)}`,
    );
    const faults: unknown[] = [];
    for (const { object } of rows)
      try {
        await objects.remove(object);
        await pool.query('delete from file_trash where object = $1', [object]);
      } catch (error) {
        faults.push(error);
      }
    if (faults.length > 0) throw faults[0];
    return rows.length === batchRows;
  }
}
