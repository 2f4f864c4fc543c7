/** A connection that is gone while what it brought was kept: what names it, until that is erased too. */
export interface DeletedConnection {
  readonly id: string;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly name: string;
  /** The last state that was announced. */
  readonly generation: number;
  readonly deletedAt: Date;
}

export interface DeletedConnectionView {
  readonly id: string;
  readonly plugin_id: string;
  readonly name: string;
  readonly space_id: string;
  readonly deleted_at: string;
}

export function deletedConnectionView(deleted: DeletedConnection): DeletedConnectionView {
  return {
    id: deleted.id,
    plugin_id: deleted.pluginId,
    name: deleted.name,
    space_id: deleted.spaceId,
    deleted_at: deleted.deletedAt.toISOString(),
  };
}
