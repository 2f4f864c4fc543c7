/** Where originals of imported manifests lie. */
export const importTable = `create table http_manifest_import (
  id text not null,
  digest text not null,
  original_id text not null,
  original text not null,
  state text not null,
  version text,
  report jsonb not null,
  imported_at timestamptz not null,
  sequence bigint not null generated always as identity,
  primary key (id, digest))`;
