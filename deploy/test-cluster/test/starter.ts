import { TestCluster } from '../src/index.ts';

// Starts a cluster in the folder that it is told, and waits for its own end.
const cluster = await TestCluster.start({ folder: process.argv[2] ?? '' });
process.stdout.write(`${cluster.addresses.device}\n`);
setInterval(() => undefined, 60_000);
