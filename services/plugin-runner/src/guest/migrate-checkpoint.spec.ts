import { migrationOf } from './migrate-checkpoint.ts';

describe('migrationOf', () => {
  it('asks the plugin itself', () => {
    const plugin = {
      key: 'cursor',
      migrateCheckpoint(this: { key: string }, state: unknown, from: number) {
        return { [this.key]: state, from };
      },
    };
    expect(migrationOf(plugin)(7, 1)).toEqual({ cursor: 7, from: 1 });
  });

  it('says what is missing of a plugin that promised to migrate', () => {
    expect(() => migrationOf({})(7, 1)).toThrow(
      expect.objectContaining({
        code: 'sandbox.no_checkpoint_migration',
        message: expect.stringContaining('migrateCheckpoint(state, from)') as unknown,
      }),
    );
  });
});
