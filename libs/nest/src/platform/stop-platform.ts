import type { INestApplication } from '@nestjs/common';
import type { Platform } from './platform.ts';

/** What a service's module asked to be told at its end. */
export interface Stops {
  readonly before: (() => Promise<void>)[];
  readonly after: (() => Promise<void>)[];
}

/** In this order: who needs answers, nothing new, what is in hand, HTTP, then what these stood on. */
export async function stopPlatform<S>(
  { readiness, bus, database, logger }: Platform<S>,
  stops: Stops,
  app?: INestApplication,
): Promise<void> {
  const end = async (works: readonly (() => Promise<void> | undefined)[]): Promise<void> => {
    for (const work of works)
      await work()?.catch((error: unknown) => {
        process.exitCode = 1;
        logger.error('something did not stop cleanly', { error });
      });
  };
  readiness.add(() => 'the service stops');
  await end(stops.before);
  const consumed = bus.stopConsuming();
  await end(stops.after);
  await end([() => consumed, () => app?.close(), () => bus.close(), () => database.close()]);
}
