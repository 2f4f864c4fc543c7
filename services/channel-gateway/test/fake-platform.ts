import type { Platform } from '@made-open/nest';
import type { GatewaySchema } from '../src/database/migrations.ts';

/** A platform with nothing behind it, for looking at what modules are made of; it says what they asked of it. */
export function fakePlatform(): {
  readonly platform: Platform<GatewaySchema>;
  readonly gauges: string[];
  readonly stops: (() => Promise<void> | void)[];
} {
  const gauges: string[] = [];
  const stops: (() => Promise<void> | void)[] = [];
  const platform = {
    bus: { stored: () => ({}) },
    database: {},
    logger: { warn: () => undefined },
    metrics: { gauge: (name: string) => gauges.push(name), counter: () => undefined },
    beforeStop: () => undefined,
    onStop: (stop: () => Promise<void> | void) => stops.push(stop),
  } as unknown as Platform<GatewaySchema>;
  return { platform, gauges, stops };
}
