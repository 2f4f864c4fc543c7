import { GuestError } from './guest-error.ts';
import { apply, get } from './primordials.ts';

/** Brings the state of an earlier version to the form of this one. */
export type MigrateCheckpoint = (state: unknown, from: number) => unknown;

/** The plugin's own `migrateCheckpoint`, which its plugin.json promises. */
export function migrationOf(plugin: object): MigrateCheckpoint {
  return (state, from) => {
    const migrate: unknown = get(plugin, 'migrateCheckpoint');
    if (typeof migrate !== 'function')
      throw new GuestError(
        'sandbox.no_checkpoint_migration',
        `the checkpoint was saved with checkpointVersion ${from}, and the plugin has no migrateCheckpoint(state, from) to read it; write one, or take migratesCheckpointsFrom out of plugin.json`,
      );
    return apply(migrate, plugin, [state, from]);
  };
}
