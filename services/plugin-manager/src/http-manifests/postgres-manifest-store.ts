import type { LegacyReport } from '@made-open/http-manifest';
import type { Pool } from 'pg';
import { pageOf, type Page, type PageRequest } from '../page.ts';
import { importStates, ManifestStore, type ImportedManifest } from './manifest-store.ts';

interface Row {
  readonly id: string;
  readonly original_id: string;
  readonly digest: string;
  readonly original: string;
  readonly state: string;
  readonly version: string | null;
  readonly report: LegacyReport;
  readonly imported_at: Date;
}

const newest = 'imported_at desc, sequence desc';

export class PostgresManifestStore extends ManifestStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async save(manifest: ImportedManifest): Promise<void> {
    const { id, originalId, digest, original, state, version, report, importedAt } = manifest;
    await this.#pool.query(
      `insert into http_manifest_import (id, digest, original_id, original, state, version, report, imported_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id, digest) do update
         set state = excluded.state, version = excluded.version, report = excluded.report, imported_at = excluded.imported_at`,
      [
        id,
        digest,
        originalId,
        original,
        state,
        version ?? null,
        JSON.stringify(report),
        importedAt,
      ],
    );
  }

  override async find(id: string): Promise<ImportedManifest | undefined> {
    const { rows } = await this.#pool.query<Row>(
      `select * from http_manifest_import where id = $1 order by ${newest} limit 1`,
      [id],
    );
    return rows.map(manifestOf)[0];
  }

  override async list({ limit, after = '' }: PageRequest): Promise<Page<ImportedManifest>> {
    const { rows } = await this.#pool.query<Row>(
      `select distinct on (id collate "C") * from http_manifest_import
       where id collate "C" > $1 order by id collate "C", ${newest} limit $2`,
      [after, limit + 1],
    );
    return pageOf(rows.map(manifestOf), limit, ({ id }) => id);
  }
}

function manifestOf(row: Row): ImportedManifest {
  return {
    id: row.id,
    originalId: row.original_id,
    digest: row.digest,
    original: row.original,
    state: importStates.find((state) => state === row.state) ?? 'not_runnable',
    version: row.version ?? undefined,
    report: row.report,
    importedAt: row.imported_at,
  };
}
