/** The services of the platform, as they are named in routes, consumers and NATS users. */
export const serviceNames = [
  'plugin-manager',
  'connector-scheduler',
  'plugin-runner',
  'etl',
  'search-indexer',
  'channel-gateway',
  'credential-wallet',
  'rules',
] as const;

/** Name of one service. */
export type ServiceName = (typeof serviceNames)[number];

/** NATS user of a runner's pod before plugin-manager has told it who it is. */
export const bootstrapUser = 'runner-bootstrap';
